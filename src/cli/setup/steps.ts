import { rmSync, writeFileSync } from "node:fs";
import { rememberSecret } from "../../base/redact.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import type { SeenServer, SetupLogin, SetupPlan, SetupSteps, Written } from "../../bridge/setup-steps.ts";
import { type Sayable, told } from "../../language/told.ts";
import { tellProblem } from "../../mapping/problem.ts";
import type { Surroundings } from "../environment.ts";
import { type DraftRoom, type MappingDraft, renderDraft } from "../init/draft.ts";
import { describePanels, type OpenedPanels, openAll } from "../init/panels.ts";
import { passwordFileOf, tellNext, writePassword } from "../init/password.ts";
import { wordsForRooms } from "../init/rooms.ts";
import { findSite, lookAt } from "../init/server.ts";
import { findDevices, type LearnedDevice } from "../learn/devices.ts";
import { readMapping } from "../mapping/mapping-file.ts";

const PASSWORD_FROM = "VALT_PASSWORD";

/** An account that was let in, and the rooms that it sees. */
interface Account extends Pick<MappingDraft, "url" | "tls" | "username"> {
  readonly site: number;
  readonly password: string;
  readonly rooms: readonly DraftRoom[];
}

/** The steps of `init` for a page: what was found stays here, the password too, until the mapping is written. */
export class FirstSteps implements SetupSteps {
  readonly #file: string;
  readonly #surroundings: Surroundings;
  #seen: SeenServer | undefined;
  #account: Account | undefined;
  #opened: OpenedPanels | undefined;
  #pressed: LearnedDevice | undefined;

  constructor(file: string, surroundings: Surroundings) {
    this.#file = file;
    this.#surroundings = surroundings;
  }

  async look(address: string): ReturnType<SetupSteps["look"]> {
    const found = await lookAt(address);
    this.#seen = found.ok ? found.value : undefined;
    return found;
  }

  async login({ username, password, ...shown }: SetupLogin): ReturnType<SetupSteps["login"]> {
    const seen = this.#seen;
    if (seen?.url !== shown.url || seen.fingerprint !== shown.fingerprint)
      return fail(told("Another window asks for another server: look for it again."));
    const { url, trust, fingerprint } = seen;
    const tls = tlsFor[trust](fingerprint);
    if (tls !== undefined && !shown.isTrusted) return fail(told("The server is not trusted."));
    rememberSecret(password);
    const connection = { url, username, ...(tls && { tls }) };
    const found = await findSite(connection, password);
    if (!found.ok) return found;
    const { version, rooms } = found.value;
    const site = (this.#account?.site ?? 0) + 1;
    this.#account = { ...connection, site, password, rooms: wordsForRooms(rooms) };
    return succeed({ site, version, rooms: rooms.map(({ id, name }) => ({ id, name })) });
  }

  /** Asked again, it finds what was attached meanwhile. */
  async panels(): ReturnType<SetupSteps["panels"]> {
    await this.close();
    const opened = await openAll(await findDevices([], {}, this.#surroundings), this.#surroundings);
    this.#opened = opened;
    void this.#listen(opened);
    return { panels: opened.panels.map(({ name }) => name), missing: opened.missing };
  }

  async others(): ReturnType<SetupSteps["others"]> {
    const { kinds } = await this.#surroundings.loadVocabulary();
    return kinds.flatMap(({ kind, starter }) => {
      if (starter === undefined) return [];
      return [{ kind, question: starter.question.replace(HINT, ""), usual: starter.usual }];
    });
  }

  pressed(): string | undefined {
    const last = this.#pressed?.name;
    this.#pressed = undefined;
    return last;
  }

  async write(plan: SetupPlan): Promise<Result<Written, Sayable>> {
    if (plan.site !== this.#account?.site)
      return fail(told("Another window has logged in: log in again in this one."));
    const { rooms: known, password, ...account } = this.#account;
    const rooms = known.filter(({ id }) => plan.rooms.includes(id));
    const devices = new Map([
      ...describePanels(assign(plan, rooms, this.#opened?.panels ?? [])),
      ...(await describeOthers(plan, this.#surroundings)),
    ]);
    const text = renderDraft({ ...account, passwordFrom: PASSWORD_FROM, rooms, devices });
    const kept = this.#keep(text, plan.keepPassword ? password : undefined);
    if (!kept.ok) return kept;
    const passwordFile = kept.value;
    const wrong = await this.#findError();
    if (wrong !== undefined) {
      // Another attempt finds nothing in its way.
      for (const made of [this.#file, passwordFile]) if (made !== undefined) rmSync(made);
      return fail(wrong);
    }
    handOver(password, passwordFile);
    const next = tellNext(this.#file, { passwordFile, passwordFrom: PASSWORD_FROM }, "not-kept");
    return succeed({ file: this.#file, text, next });
  }

  /** Lets the panels go: who runs the mapping opens them. */
  async close(): Promise<void> {
    const panels = this.#opened;
    this.#opened = undefined;
    this.#pressed = undefined;
    await panels?.close();
  }

  async #listen(panels: OpenedPanels): Promise<void> {
    while (this.#opened === panels) this.#pressed = await panels.pressed();
  }

  /** The password first, and then the mapping, or neither. Gives the password's file where there is one. */
  #keep(text: string, password: string | undefined): Result<string | undefined, Sayable> {
    const passwordFile = password === undefined ? undefined : passwordFileOf(this.#file, PASSWORD_FROM);
    let file = passwordFile ?? this.#file;
    try {
      if (passwordFile !== undefined) writePassword(passwordFile, password ?? "");
      file = this.#file;
      writeFileSync(file, text, { flag: "wx" });
      return succeed(passwordFile);
    } catch (error) {
      if (passwordFile !== undefined && file === this.#file) rmSync(passwordFile);
      const { code = String(error) } = error as NodeJS.ErrnoException;
      return fail(
        code === "EEXIST"
          ? told("{file} exists already: move it away.", { file })
          : told("{file} cannot be written: {why}", { file, why: code }),
      );
    }
  }

  async #findError(): Promise<string | undefined> {
    const { problems } = await readMapping(this.#file, this.#surroundings.loadVocabulary);
    const error = problems.find(({ severity }) => severity === "error");
    return error && tellProblem(this.#file, error);
  }
}

/** For the bridge that begins in this process. */
function handOver(password: string, passwordFile: string | undefined): void {
  if (passwordFile === undefined) {
    process.env[PASSWORD_FROM] = password;
    return;
  }
  // The variable would count before the file.
  delete process.env[PASSWORD_FROM];
  process.env[`${PASSWORD_FROM}_FILE`] = passwordFile;
}

/** What a question says to whoever answers in a terminal. */
const HINT = /\?? \((?:y\/n|Enter: \w{1,40})\):?$/;

/** How the certificate is checked where that is not by the machine's authorities: somebody has to say that it is meant. */
const tlsFor: Readonly<Record<SeenServer["trust"], (fingerprint: string) => MappingDraft["tls"]>> = {
  trusted: () => undefined,
  "this-machine": () => undefined,
  untrusted: (fingerprint) => ({ fingerprint }),
  "in-the-clear": () => "none",
};

/** The panels that serve a room, with their rooms. */
function assign(
  { panels }: SetupPlan,
  rooms: readonly DraftRoom[],
  attached: readonly LearnedDevice[],
): ReadonlyMap<LearnedDevice, readonly DraftRoom[]> {
  return new Map(
    attached.flatMap((device) => {
      const wanted = panels.find(({ name }) => name === device.name)?.rooms ?? [];
      const served = rooms.filter(({ id }) => wanted.includes(id));
      return served.length === 0 ? [] : [[device, served] as const];
    }),
  );
}

/** Devices that are not attached, by what was answered about each kind. */
async function describeOthers(
  { others }: SetupPlan,
  { loadVocabulary }: Surroundings,
): Promise<readonly (readonly [string, Readonly<Record<string, unknown>>])[]> {
  const { kinds } = await loadVocabulary();
  return kinds.flatMap(({ kind, starter }) => {
    const settings = starter?.settings(others[kind] ?? "");
    return starter === undefined || settings === undefined ? [] : [[starter.name, { kind, ...settings }]];
  });
}
