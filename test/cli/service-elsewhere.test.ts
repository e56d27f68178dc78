import { describe, expect, test } from "vitest";
import { renderDaemon } from "../../src/cli/service/launchd.ts";
import type { ServicePlan } from "../../src/cli/service/plan.ts";
import { renderWindowsService } from "../../src/cli/service/windows.ts";
import { mappingText } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

const plan: ServicePlan = {
  node: "/opt/a & b/node",
  main: "/opt/<c>/main.js",
  mappingFile: '/etc/"d".jsonc',
  user: "someone",
  instance: "default",
  secretsFolder: "/etc/secrets",
  credentials: ["valt-password"],
  consoleWords: ["--console", "127.0.0.1:8484"],
};

/** Tags that are opened and closed in turn, with their texts; throws where it is no XML. */
function readXml(text: string): readonly string[] {
  const open: string[] = [];
  const texts: string[] = [];
  const body = text.replaceAll(/<[?!][^>]*>/g, "");
  for (const [, tag = "", words = ""] of body.matchAll(/<([^<>]+)>([^<]*)/g)) {
    if (/&(?!(?:amp|lt|gt|quot);)/.test(tag + words)) throw new Error(`not escaped: ${tag}${words}`);
    if (tag.startsWith("/") && open.pop() !== tag.slice(1)) throw new Error(`unexpected end: ${tag}`);
    if (!tag.startsWith("/") && !tag.endsWith("/")) open.push(tag.split(" ")[0] ?? "");
    if (words.trim() !== "") texts.push(`${tag}: ${words}`);
  }
  if (open.length > 0) throw new Error(`no end: ${open.join(", ")}`);
  return texts;
}

describe("a daemon of macOS", () => {
  test("runs the bridge as its account, and anew when it fails", () => {
    const texts = readXml(renderDaemon(plan).file);
    const words = texts.filter((line) => line.startsWith("string: ")).map((line) => line.slice(8));
    expect(words).toEqual([
      ...["valt-bridge", "/opt/a &amp; b/node", "/opt/&lt;c&gt;/main.js", "run", "/etc/&quot;d&quot;.jsonc"],
      ...["--instance", "default", "--json", "--console", "127.0.0.1:8484"],
      ...["/usr/local/var/valt-bridge/state", "/etc/secrets", "someone", "Interactive"],
      ...["/var/log/valt-bridge.log", "/var/log/valt-bridge.log"],
    ]);
    expect(renderDaemon(plan).file).toMatch(/<key>SuccessfulExit<\/key>\s*<false\/>/);
    expect(renderDaemon({ ...plan, instance: "lab" }).file).toContain("<string>valt-bridge.lab</string>");
  });

  test("comes with the secrets that the mapping names, and how it is started", () => {
    const { page } = renderDaemon(plan);
    expect(page).toContain("> /etc/secrets/valt-password");
    expect(page).toContain("launchctl bootstrap system /Library/LaunchDaemons/valt-bridge.plist");
  });
});

describe("a service of Windows", () => {
  test("runs the bridge without rights, ends it softly, and starts it anew when it fails", () => {
    const { file } = renderWindowsService({ ...plan, user: "LocalService", instance: "lab-2" });
    expect(readXml(file)).toEqual(
      expect.arrayContaining([
        "id: valtbridgelab2",
        "executable: /opt/a &amp; b/node",
        "argument: /etc/&quot;d&quot;.jsonc",
        "argument: --json",
        "stoptimeout: 20 sec",
        "domain: NT AUTHORITY",
        "user: LocalService",
      ]),
    );
    expect(file).toContain('<env name="CREDENTIALS_DIRECTORY" value="/etc/secrets"/>');
    expect(renderWindowsService(plan).file).not.toContain("<domain>");
  });

  test("comes with what keeps its secrets to itself", () => {
    const secretsFolder = "C:\\ProgramData\\valt-bridge\\secrets";
    const { page } = renderWindowsService({ ...plan, user: "LocalService", secretsFolder });
    expect(page).toContain(`icacls ${secretsFolder} /inheritance:r /grant "*S-1-5-19:(OI)(CI)R"`);
    expect(page).toContain(`${secretsFolder}\\valt-password`);
  });
});

test.each([
  ["launchd", "<key>Label</key>", "sysadminctl"],
  ["windows", "<id>valtbridge</id>", "icacls"],
  ["systemd", "[Service]", ""],
])("for %s the file goes to a file, and what to do to the terminal", async (system, inFile, onTerminal) => {
  const file = scratch().write("site.jsonc", mappingText("http://127.0.0.1:1"));
  const { code, out, err } = await command(["service", file, "--for", system]);
  expect(code).toBe(0);
  expect(out).toContain(inFile);
  expect(out).toContain("site.jsonc");
  expect(err).toContain(onTerminal);
});
