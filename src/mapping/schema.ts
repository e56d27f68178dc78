import { z } from "zod";
import { usualTimes } from "../base/gesture-times.ts";
import type { DeviceKind } from "../driver/contract.ts";
import { languageTags } from "../language/language.ts";
import type { DialectTable } from "../link/dialect.ts";
import { buildActionSchema, permissionsOf } from "./action-schema.ts";
import { buildLookSchema } from "./look-schema.ts";
import type { MappingVocabulary } from "./mapping.ts";
import {
  alarmsSchema,
  byHours,
  journalSchema,
  milliseconds,
  serverSchema,
  timingSchema,
} from "./site-schema.ts";
import { newestVersion } from "./source/steps.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, dash and underscore only");

/** The mapping file's shape, with one alternative for each kind of device that is registered. */
export function buildMappingSchema(world: MappingVocabulary) {
  const shared = buildSharedParts(world);
  const kinds = world.kinds.map((kind) => buildDeviceSchema(kind, world.dialects, shared));
  const [first, ...others] = kinds;
  if (first === undefined) throw new Error("no kinds of device are registered");
  return z.strictObject({
    $schema: z.string().optional().describe("For editors: the path of mapping.schema.json."),
    version: z
      .int()
      .min(1)
      .max(newestVersion)
      .optional()
      .describe(
        "Which version of these words it is written in (without it, the one before versions); check --upgrade writes older ones anew.",
      ),
    server: serverSchema.optional(),
    servers: z
      .record(name, serverSchema)
      .refine((servers) => Object.keys(servers).length > 0, { error: "names at least one server" })
      .refine((servers) => Object.keys(servers).length <= 32, { error: "names 32 servers at most" })
      .optional()
      .describe(
        'Several VALT servers by names of your own, in the place of "server": each room says which one it is on.',
      ),
    rooms: z.record(name, shared.room).describe(ROOMS),
    devices: z
      .record(name, z.discriminatedUnion("kind", [first, ...others]))
      .describe("Panels and links by a name of your own; may be left out where all devices stand in rooms."),
    looks: z
      .record(name, shared.lookTable)
      .optional()
      .describe("Looks of your own, to be named by controls."),
    language: z
      .enum(languageTags)
      .optional()
      .describe("What keys, touch pages and the console are written in (default en)."),
    languageAt: languageAt(
      "What panels, and not console and links, are written in at some hours of the local day.",
    ),
    brightnessAt: brightnessAt("When panels are dimmed."),
    words: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe('Phrases of your own, by the English one, for example { "Ready": "Free" }.'),
    colors: z.enum(world.colorConventions).optional().describe("Which colour means recording (default red)."),
    font: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A font for keys with displays, as a file beside the mapping (.ttf, .otf, .ttc, .woff2): asked first for every letter (default: the bridge's own, then Noto for Chinese, Japanese, Korean and emoji).",
      ),
    recordingName: z
      .string()
      .min(1)
      .optional()
      .describe("Name of recordings: {room} {label} {date} {time} {hour} {minute} {count} are filled in."),
    timing: timingSchema.optional(),
    alarms: alarmsSchema.optional(),
    journal: journalSchema.optional(),
  });
}

const ROOMS =
  "Rooms by short names of your own (letters, digits, dot, dash, underscore), and what the server knows them as. Walls and lists show them in this order.";

function languageAt(told: string) {
  const example = 'for example { "18:00-06:00": "es" }; the first hours that fit count.';
  return byHours(z.enum(languageTags))
    .optional()
    .describe(`${told.replace(/\.$/, ",")} ${example}`);
}

function brightnessAt(told: string) {
  const meaning =
    'at night hours everything but a recording tally is dimmed, also while it is touched, for example { "21:00-06:30": "night" }; the first hours that fit count.';
  return byHours(z.enum(["day", "night"]))
    .optional()
    .describe(`${told.replace(/\.$/, ":")} ${meaning}`);
}

export type MappingDocument = z.output<ReturnType<typeof buildMappingSchema>>;

function buildSharedParts(world: MappingVocabulary) {
  const action = buildActionSchema(world);
  const lookTable = buildLookSchema(world);
  const room = z.union([
    z.int().positive().describe('The room\'s id on the server, such as "interview-2": 5.'),
    z
      .strictObject({
        id: z
          .int()
          .positive()
          .optional()
          .describe("The room's id on the server (default: found by its serverName)."),
        server: z.string().optional().describe("The server that it is on, where the mapping has several."),
        serverName: z
          .string()
          .min(1)
          .optional()
          .describe(
            "What the server calls this room: without an id, its id is found by it; with one, a room that the server calls otherwise is not recorded from here.",
          ),
        label: z
          .string()
          .min(1)
          .max(60)
          .optional()
          .describe("What people call this room: shown on keys (default its short name)."),
        recordingName: z
          .string()
          .min(1)
          .optional()
          .describe(
            "Name of this room's recordings. In rooms from a table a column is a word too, for example {ward} {label} {hour}:{minute}.",
          ),
        author: z.int().positive().optional().describe("User id that becomes the author of recordings."),
        template: z
          .record(z.string(), z.string())
          .optional()
          .describe("Information template: field id to value."),
      })
      .refine(({ id, serverName }) => id !== undefined || serverName !== undefined, {
        error: 'the "id" of the room on the server is missing, or its "serverName", by which the id is found',
      }),
  ]);
  const permission = z.enum(permissionsOf(world.actions));
  const icon = z.enum([...world.iconNames.filter((one) => one !== "none"), ...world.keptIcons]);
  return { action, gestures: world.gestures, lookTable, icon, room, permission };
}

function buildControlSchema({ action, gestures, icon, lookTable }: ReturnType<typeof buildSharedParts>) {
  const bound = Object.fromEntries(
    gestures.map(({ word, when, ways }) => {
      const schema = ways === undefined ? action : z.strictObject(eachWay(ways, action));
      return [word, schema.optional().describe(`What happens ${when}.`)];
    }),
  );
  return z
    .strictObject({
      room: z.string().optional().describe("Short name of the room, when it is not the device's own."),
      label: z
        .string()
        .min(1)
        .max(60)
        .optional()
        .describe("The small line that the control shows (default the room's label)."),
      text: z
        .string()
        .min(1)
        .max(40)
        .optional()
        .describe(
          "A text of your own, large on keys with displays: colour, symbol, state and time of the look stay. It takes the place of the look's text: a look without one does not show it, nor does a dark look, such as mark while nothing records. What is under way, what failed and what is not known need the whole key.",
        ),
      icon: icon
        .optional()
        .describe(
          "A symbol on keys with displays, by its name: colour, text and time of the look stay, and on a tally its own symbol.",
        ),
      picture: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe(
          "A picture in the place of such a symbol: a PNG or SVG file beside the mapping. Black ones take the key's colour.",
        ),
      ...(bound as Readonly<Record<never, z.ZodType>>),
      look: z
        .union([z.string(), lookTable])
        .optional()
        .describe(
          "What the control shows: the name of a look (tally, sign, mark, pause, lock and alarm show a room; ready shows the whole site on any panel and needs no room), or a table.",
        ),
      with: z
        .string()
        .optional()
        .describe("Another control of the device that has to be held meanwhile, else nothing is done."),
      confirm: z
        .boolean()
        .optional()
        .describe("It has to be pressed twice within 3 s; the control asks for the second time."),
      delaySeconds: z
        .int()
        .min(1)
        .max(300)
        .optional()
        .describe("Done so much later, with a countdown on the control; another press calls it off."),
      ...gestureTiming,
    })
    .describe("What one control does and shows.");
}

function eachWay(ways: Readonly<Record<string, string>>, action: z.ZodType) {
  return Object.fromEntries(
    Object.entries(ways).map(([way, told]) => [way, action.optional().describe(told)]),
  );
}

const gestureTiming = {
  holdMs: milliseconds(100, 10_000)
    .optional()
    .describe(`How long a hold takes (default ${usualTimes.holdMs}).`),
  doubleTapMs: milliseconds(100, 2000)
    .optional()
    .describe(`Longest pause between two taps (default ${usualTimes.doubleTapMs}).`),
  debounceMs: milliseconds(0, 1000)
    .optional()
    .describe(`Bounces ignored after an edge (default ${usualTimes.debounceMs}).`),
  contact: z
    .enum(["momentary", "maintained"])
    .optional()
    .describe(
      "Maintained: it stays down by itself, such as a key switch; momentary: down for 30 s is stuck (default: what the device says).",
    ),
};

function buildDeviceSchema(
  kind: DeviceKind,
  dialects: DialectTable,
  shared: ReturnType<typeof buildSharedParts>,
) {
  const face = kind.linkStyle === "none" ? buildPanelParts(shared) : buildLinkParts(shared);
  const permitted = z.union([z.literal("everything"), z.array(shared.permission)]);
  return z
    .strictObject({
      kind: z.literal(kind.kind).describe("Which kind of device it is: the keys here are of this kind."),
      room: z.string().optional().describe("Short name of the room that this device serves."),
      may: permitted
        .optional()
        .describe(
          "What this device may do, whoever presses, in each room that it serves: on a wall in all of its rooms alike (default everything; what comes from other machines only mark, unless it gave the passcode). Turning pages needs nothing.",
        ),
      mayAt: byHours(permitted)
        .optional()
        .describe(
          'What it may do instead at some hours of the local day, for example { "18:00-06:00": ["mark"] }; the first that fit count. Within them this counts and may does not, so it may allow more; at all other hours may counts.',
        ),
      controls: z
        .record(z.string(), buildControlSchema(shared))
        .optional()
        .describe(
          "What each control does and shows. Without controls and pages, a panel with a room lays itself out on keys with displays, dials and pedals: start and stop, pause, marks, lock; a light of several colours that is nothing else is a sign. Everything else does and shows nothing until it stands here: lamps of one colour, relays, keys without a display, card readers, controls of osc and serial. Beside room, what stands here is all; beside rooms, it keeps its place and the rooms take the other keys.",
        ),
      ...gestureTiming,
      ...face,
      ...kind.settingsSchema.shape,
      ...buildDialectParts(kind, dialects),
    })
    .describe(`A device of kind ${kind.kind}.`);
}

/** The words that a kind's dialects add, and which dialects these are where the kind lets the mapping choose. */
function buildDialectParts({ linkStyle, settingsSchema }: DeviceKind, dialects: DialectTable) {
  const spoken = dialects.filter(({ style }) => style === linkStyle);
  const settings: z.ZodRawShape = Object.assign({}, ...spoken.map((one) => one.settingsSchema.shape));
  const choice = settingsSchema.shape.dialect as z.ZodType | undefined;
  if (choice === undefined) return settings;
  const names = z.enum(spoken.map(({ name }) => name)).optional();
  return { ...settings, dialect: names.describe(choice.description ?? "") };
}

function buildPanelParts(shared: ReturnType<typeof buildSharedParts>) {
  return {
    rooms: z
      .union([z.literal("all"), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "Rooms of a panel, or all: a wall. Each room has a key with its tally, which turns to the room's page (room <name>); the keys in controls stay where they are, on every page. With one room in the list the panel is that room's page, and keeps the keys in controls beside it.",
      ),
    homeAfterSeconds: z
      .union([z.literal("never"), z.int().min(5).max(86_400)])
      .optional()
      .describe(
        "Turns to the first page when nobody has touched the panel for so long (default 30 on a panel with rooms, also all of them; else never).",
      ),
    pages: z
      .record(name, z.record(z.string(), buildControlSchema(shared)))
      .optional()
      .describe("Further pages by name, each with its controls; what it leaves out stays as on the first."),
    language: z
      .enum(languageTags)
      .optional()
      .describe(
        "What this panel is written in, also by a column of a table: {language} (default the site's).",
      ),
    languageAt: languageAt("What it is written in at some hours of the local day (default the site's)."),
    brightnessAt: brightnessAt("When this panel is dimmed (default the site's hours)."),
    dim: z
      .strictObject({
        afterSeconds: z.int().min(5).max(86_400).describe("Without a touch for so long."),
        wake: z
          .enum(["acts", "only-wakes"])
          .optional()
          .describe("What the first touch of a dimmed panel does (default acts)."),
      })
      .optional()
      .describe("Dims everything but a recording tally."),
    pin: z
      .strictObject({
        from: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]*$/, "the NAME of an environment variable in capitals, never the PIN itself")
          .describe("Environment variable with the digits."),
        attempts: z
          .int()
          .min(1)
          .max(20)
          .optional()
          .describe("Wrong tries before it refuses all (default 5)."),
        refuseSeconds: z
          .int()
          .min(1)
          .max(3600)
          .optional()
          .describe("For how long it refuses then (default 60)."),
        lockAfterSeconds: z
          .int()
          .min(5)
          .max(86_400)
          .optional()
          .describe("Locks again so long after a touch (default 120)."),
      })
      .optional()
      .describe("A PIN that must be typed on the panel's keys before it does anything."),
  };
}

function buildLinkParts({ action }: ReturnType<typeof buildSharedParts>) {
  const edges = z.strictObject({
    on: action.optional().describe("When the argument is true, 1, on, or absent."),
    off: action.optional().describe("When the argument is false, 0 or off."),
  });
  return {
    rooms: z
      .literal("all")
      .optional()
      .describe(
        "Every room, as they come: what a link without a room serves anyway. A link serves one room (room) or all.",
      ),
    commands: z
      .record(z.string(), z.union([action, edges]))
      .optional()
      .describe("What may be asked, as patterns: {room} and other words in braces capture."),
    pushes: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .optional()
      .describe(
        "What is told when a room changes: message pattern to its values. {recording:0} tells 0 while it is not known.",
      ),
    allow: z
      .array(z.string())
      .optional()
      .describe(
        "Addresses that may speak: 10.0.20.7, 10.0.20.0/24, fd00::/8, fe80::1%eth0 (default: this machine only). An address by itself always gets one connection to this listener, and keeps it; its other connections count as anybody's, and all places may be taken. Over UDP, only listed addresses (127.0.0.1 too) and those that gave the passcode are answered at length.",
      ),
    passcodeFrom: z
      .string()
      .regex(
        /^[A-Z][A-Z0-9_]*$/,
        "the NAME of an environment variable in capitals, never the passcode itself",
      )
      .optional()
      .describe(
        "Name of the secret with the passcode that peers must give first, such as RACK_PASSCODE: an environment variable, a file that RACK_PASSCODE_FILE names, or the systemd credential rack-passcode. Where there is none, nobody is let in: the log and doctor say so, and the device is open in status. Any characters of one line; capitals count, blanks inside too; none at either end; at least 6.",
      ),
    limit: z
      .strictObject({
        perSecond: z.number().positive().describe("Messages a second from one peer."),
        burst: z.int().positive().describe("Messages that may come at once."),
      })
      .optional()
      .describe("Rate limit for each peer (default 20 a second, 40 at once)."),
  };
}
