import { join } from "node:path";
import { BUILT, EPOCH, PROJECT } from "./project.js";

/** The manual page `valt-bridge(1)`, made of what the program itself says of its commands. */
export async function writeManual() {
  const { createProgram } = await import(join(BUILT, "src/cli/program.js"));
  const program = await createProgram(undefined, {});
  const day = new Date(EPOCH * 1000).toISOString().slice(0, 10);
  return [
    `.TH VALT-BRIDGE 1 ${day} "${PROJECT.name} ${PROJECT.version}"`,
    ".SH NAME",
    `valt-bridge \\- ${troff(PROJECT.description)}`,
    ".SH SYNOPSIS",
    ".B valt-bridge",
    ".RI [ command ]",
    ".RI [ options ]",
    ".SH DESCRIPTION",
    troff(program.description()),
    "Without a command it opens the first steps in the browser, or runs the mapping that they wrote.",
    ".SH COMMANDS",
    ...program.commands.flatMap((command) => describe(command, "")),
    ".SH EXIT STATUS",
    "0 fine, 1 failed, 2 wrong usage, 3 mapping has errors, 4 server not usable.",
    ".SH FILES",
    ...entry(".I /etc/valt-bridge/mapping.jsonc", "the mapping of the service"),
    ...entry(".I /etc/valt-bridge/secrets/", "one file for each password, readable by root alone"),
    ...entry(".I /etc/default/valt-bridge", "options of the service"),
    ...entry(".I /var/lib/valt-panel-bridge/", "journal and marks"),
    "",
  ].join("\n");
}

function describe(command, path) {
  const name = `${path}${command.name()}`;
  const usage = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  return [
    ".TP",
    `.B ${troff([name, ...usage].join(" "))}`,
    troff(command.description()),
    ...(command.options.length === 0 ? [] : [".RS", ...command.options.flatMap(describeOption), ".RE"]),
    ...command.commands.flatMap((one) => describe(one, `${name} `)),
  ];
}

function describeOption({ flags, description }) {
  return entry(`.B ${troff(flags)}`, troff(description));
}

function entry(term, text) {
  return [".TP", term, text];
}

/** A backslash, a hyphen and a dot at a line's start mean something to troff. */
function troff(text) {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/, "\\&$1");
}
