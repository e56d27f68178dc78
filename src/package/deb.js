import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeManual } from "./manual.js";
import { changesOf } from "./papers.js";
import { BUILT, EPOCH, PROJECT, ROOT } from "./project.js";

/*
 * The Debian package: program and Node in /usr/lib/valt-bridge, and around them what the program prints of itself: unit,
 * udev rules, completion and manual page. Maintainer scripts and other fixed texts are in `deb/`.
 */

const TEXTS = join(import.meta.dirname, "deb");
const HOME = "/usr/lib/valt-bridge";
const SCRIPTS = ["postinst", "prerm", "postrm"];
const MAINTAINER = "VALT panel bridge <valt-panel-bridge@packages.debian.org>";

/** Makes `valt-bridge_<version>_<architecture>.deb` in the folder, of the program as it is installed. Gives its path. */
export async function makeDeb(architecture, program, { folder, isFast }) {
  const tree = join(BUILT, "package", `deb-${architecture}`);
  rmSync(tree, { recursive: true, force: true });
  cpSync(program, join(tree, HOME), { recursive: true });
  const write = (path, text, mode = 0o644) => writeFile(join(tree, path), text, mode);
  write("/usr/bin/valt-bridge", text("valt-bridge"), 0o755);
  write("/etc/default/valt-bridge", text("default"));
  write("/usr/lib/systemd/system/valt-bridge.service", await writeUnit());
  write("/usr/lib/udev/rules.d/70-valt-bridge.rules", ask("udev"));
  write("/usr/share/bash-completion/completions/valt-bridge", ask("completion", "bash"));
  write("/usr/share/zsh/vendor-completions/_valt-bridge", ask("completion", "zsh"));
  write("/usr/share/fish/vendor_completions.d/valt-bridge.fish", ask("completion", "fish"));
  write("/usr/share/man/man1/valt-bridge.1.gz", pack(await writeManual()));
  write("/usr/share/doc/valt-bridge/changelog.gz", pack(writeChangelog()));
  write("/usr/share/doc/valt-bridge/copyright", writeCopyright(tree));
  write("/usr/share/lintian/overrides/valt-bridge", text("lintian-overrides"));
  for (const name of ["/etc/valt-bridge/secrets", "/usr/share/doc/valt-bridge/examples"])
    mkdirSync(join(tree, name), { recursive: true });
  cpSync(join(ROOT, "mappings"), join(tree, "/usr/share/doc/valt-bridge/examples"), { recursive: true });
  writeControl(tree, architecture);
  const deb = join(folder, `valt-bridge_${PROJECT.version}_${architecture}.deb`);
  mkdirSync(folder, { recursive: true });
  // It sets the times to SOURCE_DATE_EPOCH, and the files' order is the names'.
  execFileSync(
    "dpkg-deb",
    ["--root-owner-group", ...(isFast ? ["-Zgzip", "-z1"] : ["-Zxz"]), "--build", tree, deb],
    {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH) },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return deb;
}

/** The unit that `service` prints, for the paths of this package, and for whatever secrets the mapping names. */
async function writeUnit() {
  const { renderUnit } = await import(join(BUILT, "src/cli/service/unit.js"));
  const unit = renderUnit({
    node: `${HOME}/bin/node`,
    main: `${HOME}/app/dist/src/main.js`,
    mappingFile: "/etc/valt-bridge/mapping.jsonc",
    user: "valt-bridge",
    instance: "default",
    secretsFolder: "/etc/valt-bridge/secrets",
    credentials: [],
    consoleWords: [],
    groups: ["plugdev", "dialout", "input"],
    missingGroups: [],
  });
  return unit
    .slice(unit.indexOf("[Unit]"))
    .replace(
      "[Unit]",
      "[Unit]\nConditionPathExists=/etc/valt-bridge/mapping.jsonc\nDocumentation=man:valt-bridge(1)",
    )
    .replace(/^(ExecStart=.*)$/m, "EnvironmentFile=-/etc/default/valt-bridge\n$1 $VALT_BRIDGE_OPTIONS")
    .replace(
      /^(User=.*)$/m,
      "$1\n# Every file there: secret_valt-password, and so on.\nLoadCredential=secret:/etc/valt-bridge/secrets",
    );
}

function ask(...words) {
  return execFileSync(process.execPath, [join(BUILT, "src/main.js"), ...words], { encoding: "utf8" });
}

/** What changed, in the form that Debian's tools read. */
function writeChangelog() {
  const [, ...lines] = changesOf(PROJECT.version).trim().split("\n");
  const entries = lines.join("\n").trim().replaceAll(/^/gm, "  ");
  const when = new Date(EPOCH * 1000).toUTCString().replace("GMT", "+0000");
  return `valt-bridge (${PROJECT.version}) stable; urgency=medium\n\n${entries}\n\n -- ${MAINTAINER}  ${when}\n`;
}

function writeCopyright(tree) {
  const licence = readFileSync(join(ROOT, "LICENSE"), "utf8");
  const app = join(tree, HOME, "app");
  const others = readdirSync(app, { recursive: true })
    .filter((path) =>
      /node_modules\/(?:@[^/]+\/)?[^/]+\/[^/]*(?:licen[cs]e|copying|notice)[^/]*$/i.test(path),
    )
    .sort()
    .map((path) => `Comment: ${HOME}/app/${path}`);
  const indented = licence
    .trim()
    .split("\n")
    .map((line) => (line === "" ? " ." : ` ${line}`));
  return [text("copyright").trim(), ...indented, "", ...others, ""].join("\n");
}

function writeControl(tree, architecture) {
  const size = Number(
    execFileSync("du", ["-sk", "--apparent-size", tree], { encoding: "utf8" }).split("\t")[0],
  );
  const values = { version: PROJECT.version, architecture, maintainer: MAINTAINER, size };
  const control = text("control").replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));
  writeFile(join(tree, "DEBIAN/control"), control, 0o644);
  writeFile(join(tree, "DEBIAN/conffiles"), "/etc/default/valt-bridge\n", 0o644);
  for (const name of SCRIPTS) writeFile(join(tree, "DEBIAN", name), text(name), 0o755);
  for (const path of readdirSync(tree, { recursive: true, withFileTypes: true }))
    if (path.isDirectory()) chmodSync(join(path.parentPath, path.name), 0o755);
  chmodSync(tree, 0o755);
}

function writeFile(file, content, mode) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

function pack(content) {
  return gzipSync(content, { level: 9 });
}

function text(name) {
  return readFileSync(join(TEXTS, name), "utf8");
}
