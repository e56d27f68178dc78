import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { keepLicences } from "./join-modules.js";

/*
 * Joins what browsers load of the console into one file, of the compiler's modules: each further file is a question and an
 * answer of every load, and on a slow machine most of its time. The editor of the mapping is a file of its own.
 */

const folder = join(dirname(fileURLToPath(import.meta.url)), "../dist/src/web/page");

await build({
  input: join(folder, "main.js"),
  platform: "browser",
  plugins: [joinPages(), keepLicences("console-LICENCES.txt")],
  output: { file: join(folder, "console.js"), minify: true, comments: false },
});

// Loaded when somebody edits the mapping.
await build({
  input: { "editor-program": join(folder, "editor.js") },
  platform: "browser",
  resolve: { mainFields: ["module", "main"] },
  plugins: [keepLicences("LICENCES.txt")],
  output: { dir: folder, entryFileNames: "[name].js", minify: true, comments: false },
});

// While there is no mapping.
await build({
  input: join(folder, "setup.js"),
  platform: "browser",
  output: { file: join(folder, "setup-program.js"), minify: true, comments: false },
});

/** The pages that `views.js` loads by their names, named one by one. */
function joinPages() {
  const names = readdirSync(join(folder, "pages")).flatMap((file) =>
    file.endsWith(".js") ? [file.slice(0, -3)] : [],
  );
  const imports = names.map((name) => `import { Page as ${name} } from "./pages/${name}.js";`);
  return {
    name: "join-pages",
    load: (id) =>
      id === join(folder, "views.js")
        ? `${imports.join("\n")}\nexport const loadViews = async () => ({ ${names.join(", ")} });`
        : undefined,
  };
}
