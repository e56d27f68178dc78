import { usualTimes } from "../base/gesture-times.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";
import { FIRST_PAGE, pageOfRoom } from "../base/page-names.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { ColorName, IconName, LookTable, LookTemplate } from "../feedback/look.ts";
import type { GestureKind } from "../gesture/gestures/index.ts";
import type { Phrase } from "../language/phrases.ts";
import type { ActionTemplate, ActionWithoutRoom, ControlBinding } from "../mapping/mapping.ts";
import type { PanelPages } from "./pages.ts";

interface LayoutRequest {
  readonly controls: readonly ControlDescription[];
  readonly rooms: readonly RoomName[];
  readonly looks: Readonly<Record<string, LookTable>>;
}

const NOTHING: PanelPages = { first: new Map(), others: new Map() };

/**
 * What a panel is when a mapping names it and its rooms: a recorder for one room; for several a wall of tallies, each
 * leading to its room's recorder. Controls that the mapping binds itself keep their places on every page. Pages of its
 * own come beside the others; where one has the name of another, its controls count.
 */
export function layOut(request: LayoutRequest, own: PanelPages = NOTHING): PanelPages {
  const free = request.controls.filter(({ id }) => !own.first.has(id));
  const { first, others } = layRooms({ ...request, controls: free });
  const named = [...own.others].map(
    ([name, page]) => [name, new Map([...(others.get(name) ?? []), ...page])] as const,
  );
  return { first: new Map([...first, ...own.first]), others: new Map([...others, ...named]) };
}

function layRooms(request: LayoutRequest): PanelPages {
  const [only] = request.rooms;
  if (only === undefined) return { ...NOTHING, first: siteKey(request) };
  if (request.rooms.length === 1) return { first: recorder(only, request, undefined), others: new Map() };
  return wall(request);
}

/** A wall whose rooms are not found yet is not dark: it says how the site is. */
function siteKey({ controls, looks }: LayoutRequest): ReadonlyMap<ControlId, ControlBinding> {
  const table = looks.ready;
  if (table === undefined) return NOTHING.first;
  return new Map(
    pair(shownKeys(controls), [{ gestures: {}, look: { table, room: undefined, subject: "site" } }]),
  );
}

type Bound = readonly [ControlId, ControlBinding];

const HOLD_MS = 1000;

/** Keys that a recorder wants, the most needed first; a panel shows as many as it has keys. */
function recorderKeys(room: RoomName, looks: LayoutRequest["looks"]): readonly Draft[] {
  const act = (action: ActionWithoutRoom): readonly ActionTemplate[] => [{ room, action }];
  const seen = (name: string) => ({ table: looks[name] as LookTable, room });
  return [
    {
      gestures: { tap: act({ kind: "start", recording: {} }), hold: act({ kind: "stop" }) },
      look: seen("tally"),
    },
    { gestures: { tap: act({ kind: "toggle-pause" }) }, look: seen("pause") },
    ...marks.slice(0, 1).map((mark) => markKey(mark, room, looks)),
    { gestures: { hold: act({ kind: "toggle-lock" }) }, look: seen("lock") },
    ...marks.slice(1).map((mark) => markKey(mark, room, looks)),
  ];
}

/** Their words, colours on the server, and on keys: red is a recording there. */
const marks = [
  ["Mark", "red", "white"],
  ["Important", "orange", "orange"],
  ["Question", "blue", "blue"],
  ["Break", "gray", "gray"],
  ["Follow up", "cyan", "cyan"],
  ["Quote", "purple", "purple"],
] as const;

/** A mark key as the mapping's look has it, with its own colour and word while marks can be made. */
function markKey(
  [text, color, shown]: (typeof marks)[number],
  room: RoomName,
  { mark }: LayoutRequest["looks"],
): Draft {
  const lit: LookTemplate = { color: shown, icon: "mark", text, blink: "steady", oneColor: "lit" };
  const unknown = ({ stale }: LookTable) => (stale.icon === "mark" ? { ...stale, text } : stale);
  const marked = (one: LookTable): LookTable => ({
    ...one,
    recording: lit,
    paused: lit,
    stale: unknown(one),
  });
  const usual = mark as LookTable;
  const table =
    usual.english === undefined ? marked(usual) : { ...marked(usual), english: marked(usual.english) };
  return {
    gestures: { press: [{ room, action: { kind: "mark", text, color } }] },
    look: { table, room },
  };
}

/** A recorder page; `back` is the page that its last key leads to. */
function recorder(
  room: RoomName,
  { controls, looks }: LayoutRequest,
  back: string | undefined,
): ReadonlyMap<ControlId, ControlBinding> {
  const keys = shownKeys(controls);
  const drafts = recorderKeys(room, looks);
  const isTight = back !== undefined && keys.length <= drafts.length;
  const used = isTight ? drafts.slice(0, keys.length - 1) : drafts;
  const bound: Bound[] = pair(keys, used);
  const last = keys.at(-1);
  if (last !== undefined && back !== undefined) bound.push(bind(last, backKey(back)));
  else if (last !== undefined && keys.length > drafts.length) bound.push(bind(last, statusKey(room, looks)));
  return new Map([
    ...bound,
    ...dials(room, { controls, looks }),
    ...plainSwitches(room, controls),
    ...lights(room, { controls, looks }),
  ]);
}

function backKey(page: string): Draft {
  return { gestures: { tap: [{ page }] }, look: label("Rooms" satisfies Phrase, "none", "gray") };
}

/** Only shows: where a key is to spare, the state stands apart from the key that changes it. */
function statusKey(room: RoomName, looks: LayoutRequest["looks"]): Draft {
  return { gestures: {}, look: { table: looks.tally as LookTable, room } };
}

function wall(request: LayoutRequest): PanelPages {
  const keys = shownKeys(request.controls);
  const others = new Map<string, ReadonlyMap<ControlId, ControlBinding>>();
  const isOverfull = request.rooms.length > keys.length;
  const perPage = Math.max(1, isOverfull ? keys.length - 1 : keys.length);
  const wallPages = chunk(request.rooms, perPage);
  const nameOf = (index: number) => (index % wallPages.length === 0 ? FIRST_PAGE : `rooms-${index + 1}`);
  for (const [index, rooms] of wallPages.entries()) {
    const page = new Map(
      pair(
        keys,
        rooms.map((room) => wallKey(room, request.looks)),
      ),
    );
    const last = keys.at(-1);
    if (isOverfull && last !== undefined) {
      const next = bind(last, {
        gestures: { tap: [{ page: nameOf(index + 1) }] },
        look: label("More" satisfies Phrase, "none", "gray"),
      });
      page.set(...next);
    }
    others.set(nameOf(index), page);
    for (const room of rooms) others.set(pageOfRoom(room), recorder(room, request, nameOf(index)));
  }
  return { first: new Map(), others };
}

function wallKey(room: RoomName, looks: LayoutRequest["looks"]): Draft {
  return { gestures: { tap: [{ page: pageOfRoom(room) }] }, look: { table: looks.tally as LookTable, room } };
}

/** Dials do with a push what the first keys do; the strip above them shows it and takes a tap for it. */
function dials(
  room: RoomName,
  { controls, looks }: Pick<LayoutRequest, "controls" | "looks">,
): readonly Bound[] {
  const drafts = recorderKeys(room, looks);
  const dialsAndStrip = ["dials", "strip", "window"].flatMap((area) =>
    pair(
      controls.filter(({ place }) => place.area === area),
      area === "window" ? [{ gestures: {}, look: { table: looks.tally as LookTable, room } }] : drafts,
    ),
  );
  const byId = new Map(controls.map((control) => [control.id, control]));
  return dialsAndStrip.map(([id, binding]) => [
    id,
    byId.get(id)?.input.shape === "none" ? { ...binding, gestures: new Map() } : binding,
  ]);
}

/** Switches without a picture, such as pedals: start or stop, mark, and stop when held. */
function plainSwitches(room: RoomName, controls: readonly ControlDescription[]): readonly Bound[] {
  const act = (action: ActionWithoutRoom): readonly ActionTemplate[] => [{ room, action }];
  const drafts: readonly Draft[] = [
    { gestures: { tap: act({ kind: "start", recording: {} }) }, look: undefined },
    { gestures: { press: act({ kind: "mark", text: "Mark", color: "red" }) }, look: undefined },
    { gestures: { hold: act({ kind: "stop" }) }, look: undefined },
  ];
  return pair(
    controls.filter(({ place }) => place.area === "pedals"),
    drafts,
  );
}

/** A light of its own is a sign at a door. One without colours may be a relay, and must be asked for. */
function lights(
  room: RoomName,
  { controls, looks }: Pick<LayoutRequest, "controls" | "looks">,
): readonly Bound[] {
  const { sign } = looks;
  const areOnlyShown = controls.every(
    ({ input, place }) => input.shape === "none" && place.area === "nowhere",
  );
  if (!areOnlyShown || sign === undefined) return [];
  const lit = controls.filter(({ output }) => output.kind === "lamp" && output.colors !== "mono");
  return lit.map((control) => bind(control, { gestures: {}, look: { table: sign, room } }));
}

interface Draft {
  readonly gestures: Partial<Record<GestureKind, readonly ActionTemplate[]>>;
  readonly look: ControlBinding["look"];
}

function pair(controls: readonly ControlDescription[], drafts: readonly Draft[]): Bound[] {
  return drafts.slice(0, controls.length).flatMap((draft, index) => {
    const control = controls[index];
    return control === undefined ? [] : [bind(control, draft)];
  });
}

function bind({ id }: ControlDescription, { gestures, look }: Draft): Bound {
  const entries = Object.entries(gestures) as [GestureKind, readonly ActionTemplate[]][];
  const wanted = new Set(entries.map(([kind]) => kind));
  const settings = { wanted, ...usualTimes, holdMs: HOLD_MS };
  return [id, { control: id, gestures: new Map(entries), settings, look }];
}

/** Keys that can show a picture, row by row. */
function shownKeys(controls: readonly ControlDescription[]): readonly ControlDescription[] {
  return controls.filter(({ place, output }) => place.area === "keys" && output.kind === "image");
}

/** The same look whatever a room does, because no room stands behind it; `text` is a phrase, or is shown as it is. */
export function label(text: string, icon: IconName, color: ColorName): ControlBinding["look"] {
  const look: LookTemplate = { color, icon, text, blink: "steady", oneColor: "lit" };
  const table: LookTable = {
    available: look,
    recording: look,
    paused: look,
    locked: look,
    prepared: look,
    pending: look,
    failed: look,
    stale: look,
  };
  return { table: { ...table, english: table }, room: undefined };
}

function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
