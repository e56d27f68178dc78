import type { House } from "../house.ts";
import type { PostedMark } from "../server.ts";
import type { Doer } from "../truth.ts";
import { isAfterKill, tell } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";

export interface MarkPress {
  readonly by: Doer;
  readonly room: number;
  readonly text: string;
  readonly atMs: number;
  readonly order: number;
  readonly when: "all was well" | "in trouble";
}

interface FoundMark {
  readonly recording: string;
  readonly timeSeconds: number;
}

/** Where a mark belongs, and how many whole seconds into it. */
interface Place {
  readonly recording: string;
  readonly timeSeconds: number;
  readonly why: string;
}

/** The server counts whole seconds: what is closer than that is the same moment. */
const SLACK_MS = 1000;

export interface MarkHistory {
  /** Texts of the marks that people were told are safe, and how that was said. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** All that the server took. */
  readonly posts: readonly PostedMark[];
}

/** When all is quiet again: every mark is where it belongs, once, or on record with the reason. */
export function judgeMarks(
  scene: Scene,
  presses: readonly MarkPress[],
  { acknowledged, posts }: MarkHistory,
): void {
  const found = findMarks(scene);
  const rows = rowsOf(scene.houses);
  for (const press of presses) {
    const there = found.get(press.text) ?? [];
    const row = rows.get(press.text);
    if (there.length > 1) {
      const own = posts.filter(({ text }) => text === press.text);
      const isDead = own.some((post) => isAfterKill(scene, post));
      const when = own
        .map((post) => `sent ${tell(post.sentMs)}, there ${tell(post.receivedMs)}`)
        .join(" and ");
      const kind = isDead ? "mark-twice-after-kill" : "mark-twice";
      scene.object(kind, `${describe(press)} is there ${there.length} times: ${when}`);
    }
    const told = acknowledged.get(press.text);
    if (there.length === 0 && told !== undefined && row?.state !== "refused" && row?.state !== "waiting")
      scene.object("mark-lost", `${describe(press)} was acknowledged (${told}) and is lost`);
    if (row?.state === "waiting") scene.object("mark-held-up", `${describe(press)} still waits at the end`);
    for (const mark of there) judgePlace(scene, press, mark);
  }
}

function judgePlace(scene: Scene, press: MarkPress, mark: FoundMark): void {
  const places = placesOf(scene, press);
  const here = places.find(({ recording }) => recording === mark.recording);
  const shown = describe(press);
  const { room, fromMs = 0, toMs = 0 } = scene.server.truth.span(mark.recording) ?? {};
  const lies = `lies at ${mark.timeSeconds} s of the recording from ${tell(fromMs)} to ${tell(toMs)} of room ${room}`;
  const should = places.map(({ timeSeconds, why }) => `${timeSeconds} s of ${why}`).join(" or ");
  if (here === undefined)
    scene.object(
      "mark-wrong-recording",
      `${shown} ${lies}, and belongs to ${should === "" ? "none" : should}`,
    );
  else if (Math.abs(here.timeSeconds - mark.timeSeconds) > 1)
    scene.object("mark-wrong-time", `${shown} ${lies}, and belongs to ${should}`);
}

export function placesOf(
  { server: { truth }, asks }: Scene,
  { by, room, atMs, order }: MarkPress,
): readonly Place[] {
  const starts = [asks.ownStart({ by, room, order }), ...asks.startsAt({ by, room, atMs })];
  const begun = starts.flatMap((own) =>
    own?.began !== undefined && (truth.span(own.began)?.fromMs ?? 0) >= atMs
      ? [{ recording: own.began, timeSeconds: 0, why: `the own start of ${tell(own.atMs)}` }]
      : [],
  );
  const ran = truth.spans
    .filter((span) => span.room === room && span.fromMs <= atMs + SLACK_MS && span.toMs >= atMs - SLACK_MS)
    .map(({ id, fromMs }) => ({
      recording: id,
      timeSeconds: Math.floor(truth.elapsedMs(id, atMs) / 1000),
      why: `the recording that began ${tell(fromMs)}`,
    }));
  // Whoever presses a start and then a mark means what the start begins, or what still ran at the press.
  return [...begun, ...ran];
}

function findMarks({ server }: Scene): ReadonlyMap<string, readonly FoundMark[]> {
  const found = new Map<string, FoundMark[]>();
  for (const { id, marks } of server.world.recordings()) {
    for (const { text, timeSeconds } of marks) {
      const known = found.get(text ?? "") ?? [];
      found.set(text ?? "", [...known, { recording: String(id), timeSeconds }]);
    }
  }
  return found;
}

function rowsOf(
  houses: readonly House[],
): ReadonlyMap<string, { readonly state: string; readonly why: string }> {
  return new Map(
    houses.flatMap(({ disk }) => [...disk.rows.values()].map((row) => [row.mark.text, row] as const)),
  );
}

function describe({ text, by, room, atMs, when }: MarkPress): string {
  return `${text} of room ${room} (bridge ${by}, pressed ${tell(atMs)}, ${when})`;
}
