import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

/*
 * Joins the program's modules into few files, beside those of the compiler and in the place of its three entrances:
 * finding and opening hundreds of files is most of a start. What is found by its path stays where it is.
 */

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const JOINED = "joined";
/** The program, its threads and its processes. */
export const ENTRANCES = ["main", "journal/worker", "cli/guardian/thread", "panel/key-image/symbols/process"];

/** They have native parts, or files that are found by their path. */
export const APART =
  /^(?:@napi-rs|@photostructure|@elgato-stream-deck|@julusian|@serialport)\/|^(?:serialport|node-hid|koffi|dejavu-fonts-ttf)(?:\/|$)/;

/**
 * Names stay, for stacks. V8 keeps the text of what it has loaded, in two bytes a letter where one letter of a file is beyond ASCII: 5 MB less.
 */
const TERSE = { compress: false, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(root, "dist/src", JOINED), { recursive: true, force: true });
  await joinModules(ENTRANCES, { into: "dist/src", chunks: JOINED });
}

/**
 * Joins what these modules of `src` need into a folder: they in their places, what they share in the folder `chunks`. Gives
 * the files that went in, by their paths.
 */
export async function joinModules(names, { into, chunks }) {
  const { output } = await build({
    cwd: root,
    input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
    platform: "node",
    external: APART,
    // The modules for Node's own loader, where a package also has others.
    resolve: { mainFields: ["module", "main"] },
    plugins: [keepPlaces(), keepLicences(`${chunks}/LICENCES.txt`)],
    output: {
      dir: into,
      entryFileNames: "[name].js",
      chunkFileNames: `${chunks}/[name].js`,
      minify: TERSE,
      comments: false,
    },
  });
  return output.flatMap((chunk) => Object.keys(chunk.modules ?? {}));
}

/** A module that asks where it is gets the place at which the compiler has put it. */
function keepPlaces() {
  const isOurs = (id) => id.startsWith(root + sep) && !id.includes("node_modules");
  return {
    name: "keep-places",
    transform(code, id) {
      if (!isOurs(id) || !code.includes("import.meta.url")) return undefined;
      const place = relative(root, id).replaceAll(sep, "/").replace(/\.ts$/, ".js");
      return { code: code.replaceAll("import.meta.url", `__placeOf__("${place}")`), map: null };
    },
    renderChunk(code, { fileName }) {
      const folder = dirname(`src/${fileName}`);
      return code.replaceAll(/__placeOf__\("([^"]+)"\)/g, (_, place) => {
        const path = relative(folder, place).replaceAll(sep, "/");
        return `new URL("${path.startsWith(".") ? path : `./${path}`}", import.meta.url).href`;
      });
    },
  };
}

/** Copies of other people's work carry their licences. */
export function keepLicences(fileName) {
  return {
    name: "keep-licences",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
      const folders = new Set(modules.flatMap((id) => packageOf(id) ?? []));
      const texts = [...folders].sort().map(describePackage);
      this.emitFile({ type: "asset", fileName, source: texts.join("\n") });
    },
  };
}

function packageOf(id) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
}

function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /licen[cs]e|copying/i.test(one));
  if (file === undefined) throw new Error(`no licence in ${folder}`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n\n${"-".repeat(78)}\n`;
}
