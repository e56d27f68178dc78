import type { Command } from "commander";
import { deviceId } from "../../base/identifiers.ts";
import { Kiosks } from "../../bridge/kiosks.ts";
import { writeMoment } from "../journal/mark-text.ts";
import { lockFolder } from "../places/instance-lock.ts";
import { stateFolder } from "../places/state-folder.ts";
import { askBridge, statusAddress } from "../places/status-socket.ts";
import {
  answerKiosk,
  KIOSK_REQUEST,
  type KioskRequest,
  kioskAnswerSchema,
} from "../running/bridge-requests.ts";
import { createConsoleLog } from "../running/console-log.ts";
import { complain, endWith, exitCodes, print, printJson, printTable } from "../terminal.ts";

interface Place {
  readonly instance: string;
}

/** `kiosk`: links that show one panel each, for tablets on the wall. */
export function addKioskCommand(program: Command): void {
  const kiosk = program
    .command("kiosk")
    .description("links for tablets on the wall: each logs one in for one panel, and can be revoked");
  placed(kiosk.command("add"))
    .description("make a link; its address is printed once and kept nowhere")
    .argument("<panel>", "name of the device in the mapping")
    .option("--view", "viewing only: presses do nothing")
    .action((panel: string, options: Place & { readonly view?: true }) =>
      add({ do: "add", panel: deviceId(panel), right: options.view === true ? "view" : "press" }, options),
    );
  placed(kiosk.command("list"))
    .description("list the links")
    .option("--json", "print each as a line of JSON")
    .action((options: Place & { readonly json?: true }) => list(options));
  placed(kiosk.command("revoke"))
    .description("end links: whoever has one open is shown out")
    .argument("<id...>", "as kiosk list tells them")
    .action((ids: string[], options: Place) => revoke(ids, options));
}

function placed(command: Command): Command {
  return command.option("--instance <name>", "of which bridge", "default");
}

async function add(request: KioskRequest, place: Place): Promise<void> {
  const answer = await ask(request, place);
  if (answer?.key === undefined) return;
  const address = `kiosk?key=${answer.key}`;
  if (answer.console === undefined) {
    print(`/${address}`);
    complain("Put this behind the address by which tablets reach the console. It is printed only now.");
  } else {
    print(new URL(address, answer.console).href);
    complain("Open this on the tablet. It is printed only now.");
  }
}

async function list(options: Place & { readonly json?: true }): Promise<void> {
  const answer = await ask({ do: "list" }, options);
  if (answer === undefined) return;
  const kiosks = answer.kiosks ?? [];
  if (options.json === true) for (const kiosk of kiosks) printJson(kiosk);
  else if (kiosks.length === 0) print("no links");
  else
    printTable([
      ["id", "panel", "right", "made"],
      ...kiosks.map(({ id, panel, right, madeWallMs }) => [id, panel, right, writeMoment(madeWallMs)]),
    ]);
}

async function revoke(ids: readonly string[], place: Place): Promise<void> {
  for (const id of ids) if ((await ask({ do: "revoke", id }, place)) !== undefined) print(`revoked ${id}`);
}

/** A running bridge does it; where none runs, its file is changed. What went wrong is told, and nothing returned. */
async function ask(request: KioskRequest, { instance }: Place) {
  const heard = await askBridge(statusAddress(instance), KIOSK_REQUEST, request);
  const answer = heard === undefined ? await doAlone(request, instance) : kioskAnswerSchema.parse(heard);
  if (answer.failure === undefined) return answer;
  complain(answer.failure);
  endWith(exitCodes.failed);
  return undefined;
}

async function doAlone(request: KioskRequest, instance: string) {
  const folder = stateFolder(instance);
  const lock = await lockFolder(folder);
  if (lock.kind === "taken")
    return { failure: `a bridge is running with its records in ${folder}, and cannot be asked from here` };
  const answer = await answerKiosk(request, await Kiosks.open({ folder, log: createConsoleLog({}) }));
  if (lock.kind === "held") lock.release();
  return answer;
}
