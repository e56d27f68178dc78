import { type ComponentChildren, Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { useField } from "./field.ts";
import { tallyOf } from "./naming.ts";
import { listPages, mayOpen } from "./pages.ts";
import type { RoomInfo } from "./protocol.ts";
import { capital, Technical } from "./reason.tsx";
import { tellRemedy } from "./room-words.ts";
import { Link } from "./router.tsx";
import { isOn, useLostServers } from "./servers.ts";
import { lightIcon } from "./site.ts";
import { contact, devices, greeting, overview, rooms } from "./state.ts";
import { useNow, writeAge, writeClockTime } from "./time.tsx";
import { say, translate } from "./words.ts";

/** Where one is, where one can go, and whether a press would do what it should. */
export function TopBar({ path }: { readonly path: string }) {
  const hello = useField(greeting);
  const shown = listPages().filter(
    (page) =>
      (page.place === "bar" || (page.place === "demo" && hello?.hasSimulator === true)) &&
      mayOpen(page, hello?.mayPress === true ? "press" : "view"),
  );
  return (
    <header class="bar">
      <Link to="/" className="brand" label={`VALT panel bridge: ${say("Panels")}`}>
        <span class="lamp-mark" aria-hidden="true" />
        <span class="brand-name">
          VALT <b>panel bridge</b>
        </span>
      </Link>
      <nav aria-label={say("Pages")}>
        {shown.map(({ path: to, title }) => (
          <Link key={to} to={to} isCurrent={path === to}>
            {translate(title)}
          </Link>
        ))}
      </nav>
      <Tally />
      <Readiness />
      {hello?.hasSession === true && (
        <form method="post" action="./logout">
          <button type="submit" class="quiet">
            {say("Leave")}
          </button>
        </form>
      )}
    </header>
  );
}

function Tally() {
  const all = useField(rooms);
  const isConnected = useField(contact).state === "open";
  const lost = useLostServers();
  const colors = useField(overview)?.site.colors ?? "red-is-recording";
  const { look, icon, phrase, values } = tallyOf(
    all.map((room) => (isConnected && !lost.some((one) => isOn(room, one)) ? room : {})),
  );
  useEffect(() => lightIcon(look === "is-recording", colors), [look, colors]);
  if (all.length === 0) return null;
  return (
    <Link to="/rooms" className={`tally ${look}`}>
      <span aria-hidden="true">{icon}</span> <span class="in-full">{say(phrase, values)}</span>
      <span class="in-short" aria-hidden="true">
        {say("REC {count}/{total}", values)}
      </span>
    </Link>
  );
}

function Readiness() {
  const about = useField(overview);
  const { state } = useField(contact);
  const lost = useLostServers();
  const missing = (useField(devices) ?? []).filter((device) => device.state === "lost");
  if (state !== "open" || about === undefined)
    return <span class="pill is-unknown">{state === "lost" ? say("No contact") : say("Connecting")}</span>;
  // The gravest first.
  if (about.alarms.length > 0)
    return (
      <Link to="/rooms" className="pill is-failed">
        {say("Alarm")}
      </Link>
    );
  if (lost.length > 0)
    return (
      <Link to="/health" className="pill is-failed">
        {say("No connection")}
      </Link>
    );
  if (!about.isReady)
    return (
      <Link to="/health" className="pill is-failed">
        {say("Not ready")}
      </Link>
    );
  const isWarned = missing.length > 0 || about.checks.some((check) => check.state === "warning");
  return (
    <Link
      to="/health"
      className={`pill ${isWarned ? "is-warned" : "is-ready"}`}
      title={missing.map(({ id }) => id).join(", ")}
    >
      {missing.length === 0 ? say("Ready") : tellMissing(missing.length)}
      {isWarned && <span class="for-readers">, {say("with warnings")}</span>}
    </Link>
  );
}

function tellMissing(count: number): string {
  return count === 1 ? say("1 device missing") : say("{count} devices missing", { count });
}

/** Nothing that is shown is true any more: said at the top of every page. */
export function LostBanner() {
  const { state, sinceMs } = useField(contact);
  useNow(1000);
  if (state !== "lost") return null;
  return (
    <p class="banner is-lost" role="alert">
      <b>{say("No contact with the bridge.")}</b> {say("What you see is old; presses are not sent.")}{" "}
      <span aria-hidden="true">({say("for {age}", { age: writeAge(performance.now() - sinceMs) })})</span>
    </p>
  );
}

/** Rooms are not known, and most presses would be in vain: said at the top of every page, with what still works. */
export function ServerBanner() {
  const lost = useLostServers();
  const { state } = useField(contact);
  const nowMs = useNow(1000);
  if (state === "lost" || lost.length === 0) return null;
  return (
    <div class="banner is-lost" role="alert">
      <Folded
        head={lost.map(({ name, brief, sinceAtMs }) => (
          <Fragment key={name}>
            <b>{name === "" ? translate(brief) : `${name}: ${translate(brief)}`}</b>{" "}
            <span aria-hidden="true">({say("for {age}", { age: writeAge(nowMs - sinceAtMs) })})</span>{" "}
          </Fragment>
        ))}
      >
        {say(WHAT_WORKS)} <Technical text={lost.map(({ why }) => why).join(" ")} />
      </Folded>
    </div>
  );
}

/** One line that says what is so; what to do beneath it, on a phone when somebody asks. */
function Folded({
  head,
  children,
}: {
  readonly head: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <details class="folded" open={innerWidth > PHONE_PX}>
      <summary>{head}</summary>
      {children}
    </details>
  );
}

const PHONE_PX = 820;

const WHAT_WORKS =
  "In rooms that were last seen recording, marks are kept and delivered when the server is back. Start, stop and pause do not work. Whether a recording goes on is seen on the server only. Keys and this console go on.";

/** What nobody asked for, everywhere or in these rooms only. */
export function Alarms({ rooms: wanted }: { readonly rooms?: ReadonlySet<string> }) {
  const all = useField(overview)?.alarms ?? [];
  const known = useField(rooms);
  const lost = useLostServers();
  const roomOf = (name: string) => known.find((room) => room.name === name);
  const isAway = (room: RoomInfo | undefined) => room !== undefined && lost.some((one) => isOn(room, one));
  const alarms = wanted === undefined ? all : all.filter(({ room }) => wanted.has(room));
  if (alarms.length === 0) return null;
  return (
    <div class="banner is-alarm" role="alert">
      <ul>
        {alarms.slice(0, MOST_ALARMS).map(({ room, words, text, remedy, sinceWallMs }) => (
          <li key={`${room} ${text}`}>
            <Folded
              head={
                <>
                  <b>
                    {room === ""
                      ? capital(words)
                      : say("{room}: {what}", { room: roomOf(room)?.label ?? room, what: capital(words) })}
                  </b>{" "}
                  {say("since {time}", { time: writeClockTime(sinceWallMs) })}
                </>
              }
            >
              {tellRemedy(remedy, isAway(roomOf(room)))} <Technical text={text} />
            </Folded>
          </li>
        ))}
        {alarms.length > MOST_ALARMS && (
          <li>{say("and {count} more", { count: alarms.length - MOST_ALARMS })}</li>
        )}
      </ul>
    </div>
  );
}

const MOST_ALARMS = 5;
