import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { readProfileDocument } from "../../devices/serial/profile-of.ts";
import { deviceId } from "../../src/base/identifiers.ts";
import { shippedProfileIds } from "../../src/driver/shipped-profiles.ts";
import { buildEditorSchema } from "../../src/mapping/editor-schema.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { pagesOf } from "../../src/panel/create-face.ts";
import { drawIcons } from "../../src/panel/key-image/icon-svg.ts";
import { readReference } from "../../src/reference/sources.ts";
import { world } from "../support/rig.ts";
import { startConsole } from "../web/console-rig.ts";

const root = join(import.meta.dirname, "../..");
const icons = drawIcons();
const files = readReference({ schema: buildEditorSchema(world), vocabulary: world, icons }, root);
const page = (name: string) => files.get(`${name}.html`) ?? "";
const plainText = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

test("every key of every kind of device stands in the reference, with its meaning", () => {
  const text = plainText(page("mapping"));
  for (const { kind, settingsSchema } of world.kinds) {
    const section = text.slice(text.indexOf(`id="kind-${kind}"`));
    for (const [key, field] of Object.entries(settingsSchema.shape)) {
      expect(section, `${kind}: ${key}`).toContain(`<code>${key}</code>`);
      expect(section, `${kind}: ${key}`).toContain((field as z.ZodType).description);
    }
  }
});

test("the file's own keys stand in the reference, each with its meaning", () => {
  const mapping = page("mapping");
  const file = mapping.slice(mapping.indexOf('<h2 id="file">')).split("<h2")[1] ?? "";
  for (const key of ["server", "servers", "rooms", "devices", "looks", "language", "brightnessAt", "include"])
    expect(file).toContain(`<code>${key}</code>`);
});

test("a device may be the use of a panel, and says so in the reference", () => {
  const text = plainText(page("mapping"));
  const section = text.slice(text.indexOf('id="device"'), text.indexOf('id="kind-osc"'));
  for (const key of ["use", "with", "from", "room", "may", "controls"])
    expect(section).toContain(`<td><code>${key}</code>`);
});

describe("the page of the mapping file", () => {
  const text = plainText(page("mapping"));
  const section = (id: string) => text.split(`<h2 id="${id}">`)[1]?.split("<h2")[0] ?? "";
  const rowOf = (id: string, key: string) =>
    section(id)
      .split("<tr>")
      .find((row) => row.startsWith(`<td><code>${key}</code>`)) ?? "";

  test("says of each device what kinds there are", () => {
    for (const { kind } of world.kinds) expect(rowOf("device", "kind")).toContain(`"${kind}"`);
  });

  test("gives every key a meaning", () => {
    const rows = page("mapping")
      .split("<tr>")
      .filter((row) => row.startsWith("<td><code>"));
    const empty = rows.filter((row) => !/<td>[^<]{5,}<\/td><\/tr>/.test(row));
    expect(rows.length).toBeGreaterThan(200);
    expect(empty.map((row) => row.slice(0, 80))).toEqual([]);
  });

  test("says that a room may be a number alone", () => {
    expect(section("room")).toMatch(/As one whole number: .*"interview-2": 5/);
  });

  test("calls needed what every form needs, and says of others which form needs them", () => {
    expect(rowOf("server", "url")).toContain("(needed)");
    for (const key of ["tls.caFile", "tls.fingerprint"])
      expect(rowOf("server", key)).toContain("(needed in this form)");
    expect(rowOf("kind-serial", "frame.kind")).toMatch(/\(needed\).*"slip" or "pattern"/);
    expect(rowOf("kind-serial", "frame.gapMs")).toContain('(needed with "idle")');
    expect(rowOf("kind-usb-hid", "profile.profile")).toContain("(needed in this form)");
    const longest = rowOf("kind-serial", "frame.longestBytes");
    expect(longest.split("A longer frame").length, longest).toBe(2);
  });

  test("leads from a key to the section of what stands there", () => {
    expect(rowOf("device", "controls")).toContain('<a href="#control">a control</a>');
    expect(rowOf("control", "press")).toContain('<a href="#action">an action</a>');
    expect(rowOf("table", "recording")).toContain('<a href="#look">a look</a>');
  });

  test("says hours where a key is hours, and what else a value may be", () => {
    expect(rowOf("device", "mayAt")).toContain("hours, each with");
    expect(rowOf("file", "rooms")).toContain('names, each with: <a href="#room">a room</a>');
    expect(rowOf("kind-serial", "values")).toContain("names, each with: text or number");
  });

  test("says what a device does without controls, and whose rights a wall has", () => {
    expect(rowOf("device", "controls")).toContain("Without controls and pages");
    expect(rowOf("device", "may")).toContain("on a wall in all of its rooms alike");
  });

  test("describes an action as what it is, and every state of a look", () => {
    expect(section("action")).toMatch(/^[^\n]*\n<p>An action, or a list/);
    for (const condition of [...world.lookConditions, "otherwise"])
      expect(rowOf("table", condition)).toMatch(/<td>[^<]{5,}<\/td><\/tr>/);
  });

  test("shows looks that are understood", () => {
    const [, example = ""] = /<code>[^\n]*\n("looks".*?)<\/code>/s.exec(section("table")) ?? [];
    const mapping = `{"server": {"url": "https://valt.example.com", "username": "b"}, "rooms": {"interview-1": 1}, "devices": {}, ${example}}`;
    expect(loadMapping(mapping, world).problems).toEqual([]);
  });
});

test("what is wider than a phone scrolls by itself, by keyboard too, and no drawing stands there as its source", () => {
  for (const [name, text] of files) {
    expect(
      text.replaceAll(/<pre tabindex="0">|<div class="table" tabindex="0"><table>/g, ""),
      name,
    ).not.toMatch(/<(?:pre|table)/);
    expect(text, name).not.toContain("flowchart LR");
  }
});

test("no line of a document begins with what Markdown takes for HTML, which would end its paragraph and its code", () => {
  // Descriptions in the schema are no Markdown.
  const documents = [...files].filter(([name]) => name !== "mapping.html");
  for (const [name, text] of documents) {
    const outside = text.replaceAll(/<pre.*?<\/pre>|<code>.*?<\/code>/gs, "");
    expect(/.{0,60}`.{0,60}/.exec(outside)?.[0], name).toBeUndefined();
  }
});

test("what has a section of its own is named elsewhere, and not repeated", () => {
  const rows = [...page("mapping").matchAll(/<code>([^<]*)<\/code>/g)].map(([, key]) => plainText(key ?? ""));
  expect(rows.filter((key) => /controls\.|devices\.|looks\.|panels\./.test(key))).toEqual([]);
});

describe("the lines to paste of", () => {
  const said = plainText(page("panels"));
  const pasted = [...said.matchAll(/"desk": (\{[^\n]*\})<\/code>/g)].map(([, text]) =>
    JSON.parse(text ?? ""),
  );
  const entries = world.kinds.flatMap(({ kind, catalogue }) =>
    (catalogue?.() ?? []).map(({ productName, settings }) => ({ kind, productName, settings })),
  );

  test.each(entries)(
    "$productName ($kind) are understood, stand on the page, and let it do or show something",
    ({ kind, productName, settings }) => {
      expect(said).toContain(productName);
      const { controls, ...panel } = pasted.find(
        (one) =>
          JSON.stringify({ ...one, controls: 0 }) ===
          JSON.stringify({ kind, ...settings, room: "interview-1", controls: 0 }),
      );
      expect(panel).toEqual({ kind, ...settings, room: "interview-1" });
      const desk = controls === undefined ? panel : { ...panel, controls };
      const mapping = JSON.stringify({
        server: { url: "https://valt.example.com", username: "bridge" },
        rooms: { "interview-1": 1 },
        devices: { desk },
      });
      const { problems, mapping: read } = loadMapping(mapping, world);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      const device = read?.devices.get(deviceId("desk"));
      if (device === undefined) throw new Error("nothing was read");
      const { described } = device;
      if (described === "known-once-open") return;
      expect([...pagesOf(device, described).first.keys()].length).toBeGreaterThan(0);
    },
  );
});

describe("the page of words", () => {
  const said = plainText(page("words"));
  const section = (id: string) => said.slice(said.indexOf(`<h2 id="${id}">`)).split("</table>")[0] ?? "";
  const codes = (text: string) => [...text.matchAll(/<code>([^<]*)<\/code>/g)].map(([, word]) => word ?? "");
  const problemsOf = (devices: object) =>
    loadMapping(
      JSON.stringify({
        server: { url: "https://valt.example.com", username: "bridge" },
        rooms: { "interview-1": 1 },
        devices,
      }),
      world,
    ).problems.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));

  test.each([...world.actions.keys()])("shows how %s is written, and it is understood", (word) => {
    const control = codes(section("actions")).find(
      (text) => text.startsWith("{") && text.includes(`"${word}"`),
    );
    const panel = { kind: "virtual", room: "interview-1", controls: { "key-1": JSON.parse(control ?? "") } };
    expect(problemsOf({ panel })).toEqual([]);
  });

  /** Where each shape of control is found. */
  const places: Readonly<Record<string, readonly [object, string]>> = {
    button: [{ kind: "virtual", model: "plus" }, "key-1"],
    encoder: [{ kind: "virtual", model: "plus" }, "dial-1"],
    touch: [{ kind: "virtual", model: "plus" }, "strip-1"],
    fader: [{ kind: "osc", listen: "udp://127.0.0.1:0", faders: ["/x"] }, "/x"],
    pulse: [{ kind: "osc", listen: "udp://127.0.0.1:0", pulses: ["/x"] }, "/x"],
  };

  test.each(world.gestures.map(({ word, shapes }) => [word, shapes[0] ?? ""] as const))(
    "shows how %s is written, of a %s, and it is understood",
    (word, shape) => {
      const control = codes(section("gestures")).find((text) => text.startsWith(`{"${word}"`)) ?? "";
      const [device, name = ""] = places[shape] ?? [];
      const controls = { [name]: JSON.parse(control) };
      expect(problemsOf({ panel: { ...device, room: "interview-1", controls } })).toEqual([]);
    },
  );

  test("says what every word in braces stands for", () => {
    const rows = section("braces").split("<tr>").slice(2);
    const words = [...world.pushPlaceholders, ...world.namePlaceholders];
    for (const word of words)
      expect(rows.find((row) => row.includes(`<code>{${word}}</code>`))).toMatch(/<td>[^<]{5,}<\/td>/);
  });

  test("shows patterns that are understood", () => {
    const patterns = codes(section("patterns")).filter((text) => text.startsWith('"/'));
    expect(patterns.length).toBeGreaterThan(3);
    const commands = JSON.parse(`{${patterns.join(",")}}`);
    expect(problemsOf({ link: { kind: "osc", listen: "udp://127.0.0.1:0", commands } })).toEqual([]);
  });

  test("tells the look of the site by itself, since no room is behind it", () => {
    expect(section("looks")).not.toContain("<td><code>ready</code></td>");
    expect(said).toContain("<code>ready</code> shows no room but the whole site");
  });

  test("names every look, colour and dialect", () => {
    for (const name of Object.keys(world.lookPresets["red-is-recording"]))
      expect(said.split('id="looks"')[1]?.split("<h2")[0]).toContain(`<code>${name}</code>`);
    for (const word of [...world.colorNames, ...world.markColors, "native", "smp", "panopto", "none"])
      expect(said).toContain(`<code>${word}</code>`);
  });
});

test("names no dialect that a mapping cannot name, and no source file", () => {
  expect(page("words").split('id="dialects"')[1]?.split("<h2")[0]).not.toContain("<code>addresses</code>");
  for (const name of [...files.keys()].filter((file) => file.endsWith(".html"))) {
    const outside = (files.get(name) ?? "").replaceAll(/<nav.*?<\/nav>/gs, "");
    expect(
      /.{0,40}(?:(?<!dist\/)\bsrc\/|[a-z]\.tsx?\b|npm ci).{0,40}/.exec(outside)?.[0],
      name,
    ).toBeUndefined();
  }
});

test("a link to a heading of another page leads there", () => {
  expect(page("bridge")).toContain('<a href="mappings.html#several-servers">');
  expect(page("index")).toContain('<a href="words.html#looks">');
  expect(page("serial")).toContain('<a href="serial-profiles.html">');
  expect(page("usb-hid")).toContain('<a href="panels.html">');
  expect(page("bridge")).toContain('<a href="console.html">The console</a>');
});

test("an example stands beside the tables and panels that it names", () => {
  const examples = plainText(page("examples"));
  expect(examples).toContain("name,id,onServer,label,deck,sign");
  for (const name of ["clinic/rooms.csv", "hospital/panels.jsonc"])
    expect(examples).toContain(`<code>${name}</code>`);
});

test("leads a newcomer to a first panel, and to a site of twelve rooms", () => {
  const [, panel = "", site = ""] = page("index").split("<ol>");
  expect(panel).toMatch(/recipes\.html.*panels\.html.*check --strict/s);
  expect(site).toMatch(
    /recipes\.html#a-whole-site.*mappings\.html#several-bridges.*protocol\.html.*check --expanded/s,
  );
});

test("tells every value of every serial profile, with its default", () => {
  const rows = plainText(page("serial-profiles")).split("<tr>");
  for (const id of shippedProfileIds("serial")) {
    const { values = {} } = readProfileDocument(id, undefined) as {
      values?: Record<string, { default: string }>;
    };
    for (const [name, value] of Object.entries(values)) {
      const words = [id, name, value.default].map((word) => `<code>${word}</code>`);
      expect(
        rows.filter((row) => words.every((word) => row.includes(word))),
        `${id}: ${name}`,
      ).toHaveLength(1);
    }
  }
});

test("every link leads to a page, and to a place on it", () => {
  const lost: string[] = [];
  for (const [name, text] of files) {
    for (const [, href = ""] of text.matchAll(/(?:href)="([^"]*)"/g)) {
      if (/^https?:/.test(href)) continue;
      const [target = "", anchor] = href.split("#");
      const there = files.get(target === "" ? name : target);
      const isLost = there === undefined || (anchor !== undefined && !there.includes(`id="${anchor}"`));
      if (isLost) lost.push(`${name}: ${href}`);
    }
  }
  expect(lost).toEqual([]);
});

test("a text from a document or an example is shown as text", () => {
  for (const [name, text] of files)
    if (name.endsWith(".html")) expect(text, name).not.toMatch(/<script|<iframe|onerror=/i);
});

test("the console shows it under /help, to whoever may see the console", async () => {
  const { console } = await startConsole();
  const entered = await fetch(`${console.url}/help`);
  expect([entered.status, new URL(entered.url).pathname]).toEqual([200, "/help/index.html"]);
  const shown = await fetch(`${console.url}/help/mapping.html`);
  // What is served has one more entry than the file, which has no console to lead to.
  const back = '<li><a href="../" lang="en">Back to the console</a></li>';
  expect(await shown.text()).toBe(page("mapping").replace("<ul>", `<ul>${back}`));
  expect((await fetch(`${console.url}/help/style.css`)).headers.get("content-type")).toContain("text/css");
  for (const name of ["none.html", "..%2f..%2fpackage.json", "style.js", "%00.html"])
    expect((await fetch(`${console.url}/help/${name}`)).status, name).toBe(404);
  const guarded = await startConsole({ console: { tokens: { press: "press-token-0123456789" } } });
  expect((await fetch(`${guarded.console.url}/help/mapping.html`)).status).toBe(401);
});

test("every icon that a control can name is drawn in the reference", () => {
  const said = page("icons");
  expect(icons.size).toBe(world.keptIcons.length + world.iconNames.length - 1);
  for (const name of [...world.keptIcons, ...world.iconNames].filter((one) => one !== "none"))
    expect(said).toMatch(
      new RegExp(`<li id="${name}"><span aria-hidden="true"><svg [^]+?</svg></span> <code>${name}</code>`),
    );
});
