import { describe, expect, test } from "vitest";
import { type ModelWord, modelWords } from "../../devices/stream-deck/models.ts";
import { controlId, type RoomName } from "../../src/base/identifiers.ts";
import type { ControlDescription, LampColors } from "../../src/driver/control.ts";
import { lookConditions } from "../../src/feedback/look.ts";
import type { ControlBinding } from "../../src/mapping/mapping.ts";
import { layOut } from "../../src/panel/layout.ts";
import { bindingOn, type PanelPages } from "../../src/panel/pages.ts";
import { bindingsCalled, controlsOfDeck, layOutDeck, looks, roomsCalled, tellPage } from "./panels.ts";

const [ROOM] = roomsCalled("interview-1") as [RoomName];

const sixKeys = `key-1: tap start, hold stop, looks tally
key-2: tap toggle-pause, looks pause
key-3: press mark "Mark" red, looks white "Mark"
key-4: hold toggle-lock, looks lock
key-5: press mark "Important" orange, looks orange "Important"
key-6: press mark "Question" blue, looks blue "Question"`;
const eightKeys = `${sixKeys}
key-7: press mark "Break" gray, looks gray "Break"
key-8: press mark "Follow up" cyan, looks cyan "Follow up"`;
const manyKeys = (last: string) => `${eightKeys}
key-9: press mark "Quote" purple, looks purple "Quote"
${last}: looks tally`;

const twoDials = `dial-1: tap start, hold stop, looks tally
dial-2: tap toggle-pause, looks pause`;
const fourDials = `${twoDials}
dial-3: press mark "Mark" red, looks white "Mark"
dial-4: hold toggle-lock, looks lock`;
const sixDials = `${fourDials}
dial-5: press mark "Important" orange, looks orange "Important"
dial-6: press mark "Question" blue, looks blue "Question"`;
const stripBelow = (dials: string) => dials.replaceAll("dial-", "strip-");

/** What one room on a panel without further words is, for every model there is. */
const recorders: Readonly<Record<ModelWord, string>> = {
  original: manyKeys("key-15"),
  "original-v2": manyKeys("key-15"),
  mk2: manyKeys("key-15"),
  "mk2-scissor": manyKeys("key-15"),
  "module-15": manyKeys("key-15"),
  mini: sixKeys,
  "module-6": sixKeys,
  xl: manyKeys("key-32"),
  "module-32": manyKeys("key-32"),
  plus: [eightKeys, fourDials, stripBelow(fourDials)].join("\n"),
  "plus-xl": [manyKeys("key-36"), sixDials, stripBelow(sixDials)].join("\n"),
  neo: `${eightKeys}\nwindow: looks tally`,
  pedal: `left: tap start\nmiddle: press mark "Mark" red\nright: hold stop`,
  studio: [manyKeys("key-32"), twoDials].join("\n"),
  "galleon-k100": [manyKeys("key-12"), twoDials, stripBelow(twoDials)].join("\n"),
};

test("a wall without a room yet says how the site is", () => {
  const { first, others } = layOutDeck("mk2", []);
  expect(
    [...first].map(([id, { look, gestures }]) => [id, look?.subject, look?.table, gestures.size]),
  ).toEqual([["key-1", "site", looks.ready, 0]]);
  expect(others.size).toBe(0);
});

describe("one room", () => {
  test.each(modelWords)("on %s is a recorder", (model) => {
    const pages = layOutDeck(model, [ROOM]);
    expect(tellPage(model, pages, { room: ROOM })).toBe(recorders[model]);
    expect(pages.others.size).toBe(0);
  });

  test.each(modelWords)("on %s binds only what its controls can report", (model) => {
    for (const { id, input } of controlsOfDeck(model)) {
      const gestures = [...(bindingOn(layOutDeck(model, [ROOM]), "first", id)?.gestures.keys() ?? [])];
      if (input.shape === "touch")
        expect(gestures.filter((one) => !["tap", "press", "hold"].includes(one))).toEqual([]);
      if (input.shape === "none" || input.shape === "pulse") expect(gestures).toEqual([]);
    }
  });

  test("makes no key stop by a tap", () => {
    for (const model of modelWords) {
      for (const binding of layOutDeck(model, [ROOM]).first.values())
        expect(gesturesOf(binding, "stop")).not.toContain("tap");
    }
  });

  test("says on the tally that the room does not answer, and on other keys what they do", () => {
    const { first } = layOutDeck("mk2", [ROOM]);
    const stale = (key: string) => first.get(controlId(key))?.look?.table.stale;
    expect(stale("key-1")).toMatchObject({ icon: "offline", text: "No contact for {age}" });
    const others = ["key-2", "key-3", "key-4", "key-5"].map(stale);
    expect(others.map((look) => `${look?.icon} ${look?.text}`)).toEqual([
      "pause Pause",
      "mark Mark",
      "lock Lock",
      "mark Important",
    ]);
  });

  test("is red where a recording runs, and nowhere else", () => {
    for (const model of modelWords)
      for (const { look } of layOutDeck(model, [ROOM]).first.values())
        for (const { color, icon } of lookConditions.flatMap((condition) => look?.table[condition] ?? []))
          if (color === "red") expect(icon, model).toBe("record");
  });

  test("lights a mark only while something is recorded", () => {
    const mark = layOutDeck("mk2", [ROOM]).first.get(controlId("key-3"))?.look?.table;
    expect(mark).toMatchObject({ recording: { icon: "mark" }, paused: { icon: "mark" } });
    for (const condition of ["available", "locked", "prepared", "pending", "failed"] as const)
      expect(mark?.[condition].icon).not.toBe("mark");
  });
});

test("no control that is fit for a room is an empty panel", () => {
  const pages = layOut({ controls: [], rooms: [ROOM], looks });
  expect(pages).toEqual({ first: new Map(), others: new Map() });
});

const sizes = [
  ["mini", 2],
  ["mini", 8],
  ["mini", 40],
  ["mk2", 2],
  ["mk2", 8],
  ["mk2", 40],
  ["xl", 2],
  ["xl", 8],
  ["xl", 40],
  ["plus", 9],
  ["mini", 6],
  ["mini", 7],
] as const satisfies readonly (readonly [ModelWord, number])[];

describe.each(sizes)("a wall on %s for %i rooms", (model, count) => {
  const rooms = roomsCalled(...Array.from({ length: count }, (_, index) => `room-${index + 1}`));
  const pages = layOutDeck(model, rooms);
  const walls = walkRound(model, pages);

  test("shows the tally of every room once, on as few pages as it takes", () => {
    const shown = walls.flatMap((page) => doorsOn(model, pages, page).map(({ room }) => room));
    expect(shown).toEqual(rooms);
    const keys = controlsOfDeck(model).filter(({ place }) => place.area === "keys").length;
    expect(walls).toHaveLength(count <= keys ? 1 : Math.ceil(count / (keys - 1)));
  });

  test("leads from each tally to that room's recorder, and from there back to where it was", () => {
    for (const page of walls) {
      for (const { id, room, target } of doorsOn(model, pages, page)) {
        const behind = actionsOn(model, pages, target);
        expect(behind, `${id} on ${page}`).toContain(`tap start ${room}`);
        expect(behind).toContain(`hold stop ${room}`);
        expect(behind.filter((one) => !one.endsWith(` ${room}`))).toEqual([]);
        expect(turnsOn(model, pages, target)).toEqual([page]);
      }
    }
  });

  test("names only pages that there are", () => {
    for (const page of pages.others.keys())
      for (const target of turnsOn(model, pages, page)) expect([...pages.others.keys()]).toContain(target);
  });
});

test("a wall that overflows has More on its last key, in the same place on every page", () => {
  const rooms = roomsCalled(..."abcdefgh");
  const pages = layOutDeck("mini", rooms);
  expect(tellPage("mini", pages)).toBe(`key-1: tap -> room a, looks tally of a
key-2: tap -> room b, looks tally of b
key-3: tap -> room c, looks tally of c
key-4: tap -> room d, looks tally of d
key-5: tap -> room e, looks tally of e
key-6: tap -> rooms-2, says "More"`);
  expect(tellPage("mini", pages, { page: "rooms-2" })).toBe(`key-1: tap -> room f, looks tally of f
key-2: tap -> room g, looks tally of g
key-3: tap -> room h, looks tally of h
key-6: tap -> first, says "More"`);
});

test("behind a tally of a full panel, the way back takes the place of the last mark", () => {
  const pages = layOutDeck("mini", roomsCalled("a", "b"));
  expect(tellPage("mini", pages, { page: "room b", room: roomsCalled("b")[0]! })).toBe(
    sixKeys.replace(/key-6.*/, 'key-6: tap -> first, says "Rooms"'),
  );
});

test.each(modelWords)("wherever %s can start, it can stop: one room or three", (model) => {
  for (const rooms of [roomsCalled("a"), roomsCalled("a", "b", "c")]) {
    const pages = layOutDeck(model, rooms);
    for (const page of ["first", ...pages.others.keys()]) {
      const actions = actionsOn(model, pages, page);
      for (const room of rooms) {
        const starts = actions.filter((one) => one.endsWith(`start ${room}`));
        const stops = actions.filter((one) => one.endsWith(`stop ${room}`));
        if (starts.length > 0) expect(stops, `${page} ${room}`).not.toEqual([]);
      }
    }
  }
});

/** The wall's pages in the order in which More leads through them, until it is back where it began. */
function walkRound(model: ModelWord, pages: PanelPages): readonly string[] {
  const walked: string[] = [];
  for (let page = "first"; !walked.includes(page); ) {
    walked.push(page);
    const more = bindingsOn(model, pages, page).find(({ look }) => look?.table.available.text === "More");
    page = more === undefined ? "first" : (turnsOf(more)[0] ?? "nowhere");
  }
  return walked;
}

/** The tallies of a page, and where each leads. */
function doorsOn(model: ModelWord, pages: PanelPages, page: string) {
  return bindingsOn(model, pages, page).flatMap((binding) =>
    turnsOf(binding).flatMap((target) => {
      const room = binding.look?.room;
      return room === undefined || binding.look?.table !== looks.tally
        ? []
        : [{ id: binding.control, room, target }];
    }),
  );
}

function turnsOn(model: ModelWord, pages: PanelPages, page: string): readonly string[] {
  return bindingsOn(model, pages, page).flatMap(turnsOf);
}

/** Every gesture that does something to a room, for example `tap start room-1`. */
function actionsOn(model: ModelWord, pages: PanelPages, page: string): readonly string[] {
  return bindingsOn(model, pages, page).flatMap(({ gestures }) =>
    [...gestures].flatMap(([gesture, templates]) =>
      templates.flatMap((one) => ("action" in one ? [`${gesture} ${one.action.kind} ${one.room}`] : [])),
    ),
  );
}

function turnsOf({ gestures }: ControlBinding): readonly string[] {
  return [...gestures.values()].flat().flatMap((one) => ("page" in one ? [one.page] : []));
}

function gesturesOf({ gestures }: ControlBinding, wish: string): readonly string[] {
  const isWished = (templates: readonly object[]) =>
    templates.some((one) => "action" in one && (one.action as { kind: string }).kind === wish);
  return [...gestures].flatMap(([gesture, templates]) => (isWished(templates) ? [gesture] : []));
}

function bindingsOn(model: ModelWord, pages: PanelPages, page: string): readonly ControlBinding[] {
  return controlsOfDeck(model).flatMap(({ id }) => bindingOn(pages, page, id) ?? []);
}

describe("a light with a room and nothing else", () => {
  const [light, switchOn] = [controlId("light"), controlId("switch")];
  const lamp = (colors: LampColors, id = light): ControlDescription => ({
    id,
    label: "light",
    place: { area: "nowhere" },
    input: { shape: "none" },
    output: { kind: "lamp", colors, blink: "by-bridge" },
  });
  const shown = (controls: readonly ControlDescription[]) =>
    [...layOut({ controls, rooms: [ROOM], looks }).first].map(([id, { look }]) => [
      id,
      look?.table,
      look?.room,
    ]);

  test("is a sign where it has colours", () => {
    expect(shown([lamp("rgb")])).toEqual([[light, looks.sign, ROOM]]);
  });

  test("stays dark where it may be a relay, or has switches beside it", () => {
    expect(shown([lamp("mono")])).toEqual([]);
    const button: ControlDescription = { ...lamp("rgb", switchOn), input: { shape: "button" } };
    expect(shown([lamp("rgb"), button])).toEqual([]);
  });
});

describe("a wall around controls of the panel's own", () => {
  const own = { first: bindingsCalled({ "key-1": "READY", "key-15": "mark" }), others: new Map() };
  const around = (count: number, others: PanelPages["others"] = new Map()) =>
    layOut(
      { controls: controlsOfDeck("mk2"), rooms: roomsCalled(...roomNames(count)), looks },
      { ...own, others },
    );
  const says = (pages: PanelPages, page: string, key: number) =>
    bindingOn(pages, page, controlId(`key-${key}`))?.look?.table.available.text;

  test("leaves them in their places on every page, and shows every room beside them", () => {
    const pages = around(13);
    for (const page of ["first", "room r1", "room r13"])
      expect([says(pages, page, 1), says(pages, page, 15)]).toEqual(["READY", "mark"]);
    const rooms = Array.from(
      { length: 13 },
      (_, index) => bindingOn(pages, "first", controlId(`key-${index + 2}`))?.look?.room,
    );
    expect(rooms).toEqual(roomNames(13));
    expect(says(pages, "room r1", 14)).toBe("Rooms");
  });

  test("has More on the last key that is free", () => {
    const pages = around(14);
    expect([says(pages, "first", 14), says(pages, "first", 15)]).toEqual(["More", "mark"]);
    expect(bindingOn(pages, "rooms-2", controlId("key-3"))?.look?.room).toBe("r14");
  });

  test("has its own pages beside the rooms', and adds to a room's page what is its own there", () => {
    const others = new Map([
      ["help", bindingsCalled({ "key-2": "call" })],
      ["room r2", bindingsCalled({ "key-5": "door" })],
    ]);
    const pages = around(2, others);
    expect([says(pages, "help", 2), says(pages, "help", 1)]).toEqual(["call", "READY"]);
    expect([says(pages, "room r2", 5), says(pages, "room r2", 1)]).toEqual(["door", "READY"]);
    expect(bindingOn(pages, "room r2", controlId("key-2"))?.gestures.has("hold")).toBe(true);
  });
});

function roomNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `r${index + 1}`);
}
