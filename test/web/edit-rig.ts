import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { type Running, scratch, valtBridge } from "../cli/valt-bridge.ts";
import { until } from "../support/rig.ts";

/** A bridge as its user runs it, on a mapping of two files. */
export interface EditedSite extends Running {
  readonly url: string;
  readonly simulator: Simulator;
  readonly folder: string;
  /** What is on the disk. */
  text(name?: string): string;
  write(text: string, name?: string): void;
}

export const MAPPING = "site.jsonc";

const SITE = (url: string) => `{
  // Two rooms and a panel for each.
  "include": ["more.jsonc"],
  "server": { "url": "${url}", "username": "panel-bridge" },
  "rooms": { "exam-1": { "id": 1, "label": "Exam 1" }, "exam-2": 2 },
  "timing": { "activePollMs": 200, "idlePollMs": 200, "requestsPerSecond": 1000, "freshMs": 600 },
  "devices": {
    "desk": { "kind": "virtual", "model": "mini", "room": "exam-1" } // on the desk
  }
}
`;
const MORE = `{
  "devices": { "wall": { "kind": "virtual", "model": "mini", "room": "exam-2" } }
}
`;

export interface SiteSettings {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startSite({ words = [], environment = {} }: SiteSettings = {}): Promise<EditedSite> {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { folder, write } = scratch();
  const file = write(MAPPING, SITE(created.value.url));
  write("more.jsonc", MORE);
  const running = valtBridge(["run", file, "--console", "127.0.0.1:0", "--json", ...words], {
    XDG_STATE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
    ...environment,
  });
  const said = () => `${running.out()}${running.err()}`;
  const url = await until("the console", () => /"(http:\/\/127\.0\.0\.1:\d+)"/.exec(said())?.[1], 20_000);
  return {
    ...running,
    url,
    simulator: created.value,
    folder,
    text: (name = MAPPING) => readFileSync(join(folder, name), "utf8"),
    write: (text, name = MAPPING) => writeFileSync(join(folder, name), text),
  };
}
