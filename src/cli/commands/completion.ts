import { Argument, type Command } from "commander";
import type { Surroundings } from "../environment.ts";
import { printText } from "../terminal.ts";

/** A command with what may follow it. */
interface Completed {
  /** `journal show`, or nothing for the program itself. */
  readonly path: string;
  readonly words: readonly string[];
  readonly takesFile: boolean;
}

const writers: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: writeBash,
  zsh: (commands) =>
    `#compdef valt-bridge\nautoload -U +X bashcompinit && bashcompinit\n${writeBash(commands)}`,
  fish: writeFish,
  powershell: writePowerShell,
};

/** `completion`: prints a script for the shell. */
export function addCompletionCommand(program: Command, _: Surroundings): void {
  program
    .command("completion")
    .description("print completion for a shell: source <(valt-bridge completion bash)")
    .addArgument(new Argument("<shell>").choices(Object.keys(writers)))
    .action((shell: string) => printText(writers[shell]?.(describe(program, "")) ?? ""));
}

function describe(command: Command, path: string): readonly Completed[] {
  const inner = command.commands.map((one) => one.name());
  const options = command.options.flatMap(({ long }) => long ?? []);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const takesFile = command.registeredArguments.some(({ argChoices }) => argChoices === undefined);
  return [
    { path, words: [...inner, ...choices, ...options, "--help"], takesFile },
    ...command.commands.flatMap((one) => describe(one, `${path} ${one.name()}`.trim())),
  ];
}

function writeBash(commands: readonly Completed[]): string {
  const cases = commands.map(
    ({ path, words, takesFile }) =>
      `    ${path === "" ? '""' : `"${path}"`}) words="${words.join(" ")}"; files=${takesFile ? 1 : ""} ;;`,
  );
  return `_valt_bridge() {
  local word=\${COMP_WORDS[COMP_CWORD]} path="" words="" files="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in -*) ;; *) [ "$index" -le 2 ] && path="\${path:+$path }\${COMP_WORDS[index]}" ;; esac
  done
  case "$path" in
${cases.join("\n")}
    *) path="\${path%% *}"; files=1 ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ -n "$files" ] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _valt_bridge valt-bridge
`;
}

function writeFish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ path, words, takesFile }) => {
    const seen = path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
    const place = path === "" ? "__fish_use_subcommand" : seen.join("; and ");
    return words.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c valt-bridge ${takesFile ? "" : "-f "}-n "${place}" ${what}`;
    });
  });
  return `${lines.join("\n")}\n`;
}

function writePowerShell(commands: readonly Completed[]): string {
  const table = commands.map(
    ({ path, words }) => `    '${path}' = @(${words.map((word) => `'${word}'`).join(", ")})`,
  );
  return `Register-ArgumentCompleter -Native -CommandName valt-bridge -ScriptBlock {
  param($word, $line)
  $known = @{
${table.join("\n")}
  }
  $path = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" } | Where-Object { $_ -notlike '-*' -and $_ -ne $word })
  $words = $known[($path | Select-Object -First 2) -join ' ']
  if ($null -eq $words) { $words = $known["$($path[0])"] }
  $words | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}
