import type { DeviceId } from "../base/identifiers.ts";
import type { FromBridge, Topic } from "./page/protocol.ts";
import type { Viewer } from "./viewer.ts";

/** Everybody who looks on. */
export class Audience {
  readonly #viewers = new Set<Viewer>();

  get size(): number {
    return this.#viewers.size;
  }

  join(viewer: Viewer): void {
    this.#viewers.add(viewer);
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** Whose panels are looked at by anybody. */
  watched(): ReadonlySet<DeviceId> {
    return new Set([...this.#viewers].flatMap(({ watched }) => [...watched]));
  }

  watching(device: DeviceId): readonly Viewer[] {
    return [...this.#viewers].filter(({ watched }) => watched.has(device));
  }

  following(topic: Topic): readonly Viewer[] {
    return [...this.#viewers].filter(({ topics }) => topics.has(topic));
  }

  tellAll(message: FromBridge): void {
    tell([...this.#viewers], message);
  }
}

/** Writes a message once for all of them. */
export function tell(viewers: readonly Viewer[], message: FromBridge): void {
  if (viewers.length === 0) return;
  const text = JSON.stringify(message);
  for (const viewer of viewers) viewer.sendText(text);
}
