import type { Cancel } from "../base/clock.ts";
import { controlId, type DeviceId, deviceId } from "../base/identifiers.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { Heard, LessonRefusal } from "../bridge/lesson.ts";
import type { Phrase } from "../language/phrases.ts";
import { describeBinding } from "./describe-binding.ts";
import { MappingSource } from "./mapping-source.ts";
import type { HeardInfo, LessonInfo } from "./page/protocol.ts";

const refusals: Readonly<Record<LessonRefusal, Phrase>> = {
  "not-there": "Not there.",
  taken: "Somebody learns this device already.",
  locked: "This panel is locked: unlock it first.",
};

interface LearnParts {
  readonly source: Pick<ConsoleSource, "learn" | "planOf" | "mapping">;
  /** Who learns, for the journal. */
  readonly by: string;
  tell(lesson: LessonInfo): void;
}

/** The device that one page learns: one at a time, and no longer than the page is there. */
export class LearnDevice {
  readonly #parts: LearnParts;
  readonly #file = new MappingSource();
  #end: Cancel = () => undefined;

  constructor(parts: LearnParts) {
    this.#parts = parts;
  }

  /** Nothing where it is learnt now, else why not. */
  begin(id: string): Phrase | undefined {
    this.end();
    const device = deviceId(id);
    const { source, by, tell } = this.#parts;
    const begun = source.learn(device, {
      by,
      heard: (what) => tell({ device, heard: this.#describe(device, what) }),
      ended: (ended) => tell({ device, ended }),
    });
    if (!begun.ok) return refusals[begun.failure];
    this.#end = begun.value;
    return undefined;
  }

  end(): void {
    this.#end();
    this.#end = () => undefined;
  }

  #describe(device: DeviceId, { control, label, shape, event, values }: Heard): HeardInfo {
    const value = values.map(String).join(" ");
    const snippet =
      shape === "message" ? `${JSON.stringify(control)}: "start"` : this.#lineOf(device, control);
    return { control, label, shape, event, value, snippet };
  }

  /** As the file says it, or what is usual for such a control. */
  #lineOf(device: DeviceId, control: string): string {
    const { source } = this.#parts;
    const plan = source.planOf(device);
    const described = plan?.controls.find(({ id }) => id === control);
    if (plan === undefined || described === undefined) return "";
    const written = this.#file.textOf(source.mapping().text, { device, control });
    return redact(written ?? describeBinding(described, plan.bindingOf(controlId(control))).snippet);
  }
}
