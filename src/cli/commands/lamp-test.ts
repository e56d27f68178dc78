import { resolve } from "node:path";
import type { Command } from "commander";
import { pause, systemClock } from "../../base/clock.ts";
import type { ControlDescription } from "../../driver/contract.ts";
import { colors, type Look } from "../../feedback/look.ts";
import { createKeyImages } from "../../panel/key-image/key-image.ts";
import { createReducer, type Reduce } from "../../panel/reduce.ts";
import { testLook, walkedColors } from "../../panel/test-pattern.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { type OpenedPanel, openPanels } from "../mapping/panels.ts";
import { aborted } from "../running/start-bridge.ts";
import { complain, endWith, exitCodes, print } from "../terminal.ts";

/** `lamp-test`: shows every colour on every lamp. */
export function addLampTestCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("lamp-test")
    .description("walk all colours over all keys and lamps of the mapping's panels")
    .argument("<mapping>", "mapping file")
    .option("--step <ms>", "how long each colour stands", "600")
    .action((file: string, { step }: { step: string }) => lampTest(file, Number(step), surroundings));
}

/** `identify`: lights a panel so that it is found. */
export function addIdentifyCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("identify")
    .description(
      "show each panel's name on itself, until Ctrl-C; those that only have lamps light up in turn",
    )
    .argument("<mapping>", "mapping file")
    .action((file: string) => identify(file, surroundings));
}

const MOMENT = { phase: "lit", progress: undefined, brightness: "day" } as const;

async function lampTest(file: string, stepMs: number, surroundings: Surroundings): Promise<void> {
  await withPanels(file, surroundings, async (panels, reduce) => {
    for (const color of walkedColors) {
      if (surroundings.signal.aborted) return;
      print(color);
      const look = testLook(color, color === "off" ? "" : color);
      await Promise.all(panels.map((opened) => showEverywhere(opened, look, reduce)));
      await pause(systemClock, stepMs, surroundings.signal);
    }
  });
}

async function identify(file: string, surroundings: Surroundings): Promise<void> {
  await withPanels(file, surroundings, async (panels, reduce) => {
    const named = panels.filter(showsNames);
    await Promise.all(named.map((opened) => showEverywhere(opened, testLook("blue", opened.id), reduce)));
    for (const { id, device } of named) print(`${id}: ${device.productName}`);
    const nameless = panels.filter((opened) => !named.includes(opened));
    print(
      nameless.length === 0
        ? "Each panel shows its name; Ctrl-C ends it."
        : "Panels that only have lamps light up one after the other; Ctrl-C ends it.",
    );
    if (nameless.length > 0) await lightInTurn(nameless, reduce, surroundings.signal);
    await aborted(surroundings.signal);
  });
}

function showsNames({ panel }: OpenedPanel): boolean {
  return panel.controls.some(({ output }) => output.kind === "image" || output.kind === "text");
}

const TURN_MS = 3000;

async function lightInTurn(
  panels: readonly OpenedPanel[],
  reduce: Reduce,
  signal: AbortSignal,
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    const opened = panels[turn % panels.length];
    if (opened === undefined) return;
    print(`${opened.id}: ${opened.device.productName}`);
    await showEverywhere(opened, testLook("blue", ""), reduce);
    await pause(systemClock, TURN_MS, signal);
    if (!signal.aborted) await showEverywhere(opened, testLook("off", ""), reduce);
  }
}

type WithPanels = (panels: readonly OpenedPanel[], reduce: Reduce) => Promise<void>;

async function withPanels(
  file: string,
  { loadVocabulary, signal }: Surroundings,
  use: WithPanels,
): Promise<void> {
  const { mapping, problems } = await readMapping(resolve(file), loadVocabulary);
  complainAbout(file, problems);
  if (mapping === undefined) return endWith(exitCodes.mapping);
  const panels = await openPanels(mapping, signal);
  if (panels.length === 0) {
    complain("no panel of this mapping could be opened");
    return endWith(exitCodes.failed);
  }
  const images = await createKeyImages(mapping.font);
  await use(
    panels,
    createReducer(() => ({ colors, images })),
  );
  await Promise.all(panels.map(({ device }) => device.close()));
}

async function showEverywhere({ panel, id }: OpenedPanel, look: Look, reduce: Reduce): Promise<void> {
  const show = async (control: ControlDescription) => {
    const frame = reduce(look, control.output, MOMENT);
    if (frame !== undefined) await panel.show(control.id, frame, AbortSignal.timeout(5000));
  };
  for (const control of panel.controls) {
    await show(control).catch((error: unknown) => complain(`${id} ${control.id}: ${String(error)}`));
  }
}
