import { onTestFinished } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { openPlayer } from "../../devices/virtual/player.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { controlId, deviceId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { Bridge } from "../../src/bridge.ts";
import { describeFact } from "../../src/journal/entry.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { MappingVocabulary } from "../../src/mapping/mapping.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { describeBinding } from "../../src/web/describe-binding.ts";
import { connect, until } from "../support/rig.ts";

export const world = await createVocabularyLoader(deviceKinds)();

/** Other words than the bridge's own, and the world in which a mapping may use them. */
interface Vocabulary {
  readonly words?: Pick<ConstructorParameters<typeof Bridge>[0], "actions" | "gestures">;
  readonly world?: MappingVocabulary;
}

/** A desk with these controls at a simulated room; all on the machine's own clock. */
export async function startDesk(desk: object, { words = {}, world: read = world }: Vocabulary = {}) {
  const created = await createSimulator({ rooms: 1 });
  if (!created.ok) throw new Error(created.failure.message);
  const document = {
    server: { url: created.value.url, username: "panel-bridge" },
    rooms: { "interview-1": 1 },
    devices: { desk: { kind: "virtual", model: "mini", room: "interview-1", ...desk } },
  };
  const { mapping, problems } = loadMapping(JSON.stringify(document), read);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  const facts: Fact[] = [];
  const bridge = new Bridge({
    ...words,
    mapping,
    clock: systemClock,
    log: silentLog,
    facts: [(fact) => facts.push(fact)],
    keeper: volatileKeeper,
    connect,
    secret: () => undefined,
  });
  bridge.start();
  onTestFinished(async () => {
    await bridge.close();
    await created.value.close();
  });
  const status = () => bridge.status().rooms[0]?.status;
  await until("the room", () => status() === "available");
  const player = openPlayer("virtual mini");
  if (!player.ok) throw new Error(player.failure.message);
  const play = async (control: string, ...kinds: ("down" | "up")[]) => {
    for (const kind of kinds)
      await player.value.play(new TextEncoder().encode(JSON.stringify({ kind, control })), "events");
  };
  /** The newest picture of a control: its colour in one place, as red, green and blue. */
  const colorOf = (control: string, at: { readonly x: number; readonly y: number }) => {
    const frame = bridge.panels()[0]?.shown.get(controlId(control));
    if (frame?.kind !== "image") return undefined;
    const start = (at.y * frame.widthPx + at.x) * 3;
    return [...frame.rgb.subarray(start, start + 3)];
  };
  const shown = () => facts.filter(({ kind }) => kind === "shown").length;
  const rows = () => facts.flatMap((fact) => describeFact(fact) ?? []);
  const outcomes = () =>
    rows()
      .filter(({ kind }) => kind === "outcome")
      .map(({ body }) => body);
  const told = (control: string) => {
    const described = bridge.panels()[0]?.controls.find(({ id }) => id === control);
    return (
      described && describeBinding(described, bridge.bindingOf(deviceId("desk"), controlId(control))).gestures
    );
  };
  return {
    bridge,
    rows,
    colorOf,
    told,
    status,
    play,
    shown,
    outcomes,
    presses: () => facts.filter(({ kind }) => kind === "press").length,
  };
}
