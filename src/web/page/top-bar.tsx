import { useField } from "./field.ts";
import { tallyOf } from "./naming.ts";
import { listPages, mayOpen } from "./pages.ts";
import { Link } from "./router.tsx";
import { contact, greeting, overview, rooms } from "./state.ts";
import { useNow, writeAge, writeClockTime } from "./time.tsx";

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
      <Link to="/" className="brand" label="VALT panel bridge, panels">
        <span class="lamp-mark" aria-hidden="true" />
        <span class="brand-name">
          VALT <b>panel bridge</b>
        </span>
      </Link>
      <nav aria-label="Pages">
        {shown.map(({ path: to, title }) => (
          <Link key={to} to={to} isCurrent={path === to}>
            {title}
          </Link>
        ))}
      </nav>
      <Tally />
      <Readiness />
      {hello?.hasSession === true && (
        <form method="post" action="./logout">
          <button type="submit" class="quiet">
            Leave
          </button>
        </form>
      )}
    </header>
  );
}

function Tally() {
  const all = useField(rooms);
  const isConnected = useField(contact).state === "open";
  if (all.length === 0) return null;
  const { look, icon, text } = tallyOf(isConnected ? all : all.map(() => ({})));
  return (
    <Link to="/rooms" className={`tally ${look}`}>
      <span aria-hidden="true">{icon}</span> {text}
    </Link>
  );
}

function Readiness() {
  const about = useField(overview);
  const { state } = useField(contact);
  if (state !== "open" || about === undefined)
    return <span class="pill is-unknown">{state === "lost" ? "No contact" : "Connecting"}</span>;
  const isWarned = about.checks.some((check) => check.state === "warning");
  const [look, text] = about.isReady
    ? isWarned
      ? ["is-warned", "Ready"]
      : ["is-ready", "Ready"]
    : ["is-failed", "Not ready"];
  return (
    <Link to="/health" className={`pill ${look}`}>
      {text}
      {look === "is-warned" && <span class="for-readers">, with warnings</span>}
    </Link>
  );
}

/** Nothing that is shown is true any more: said at the top of every page. */
export function LostBanner() {
  const { state, sinceMs } = useField(contact);
  useNow(1000);
  if (state !== "lost") return null;
  return (
    <p class="banner is-lost" role="alert">
      <b>No contact with the bridge.</b> What you see is old; presses are not sent.{" "}
      <span aria-hidden="true">For {writeAge(performance.now() - sinceMs)}.</span>
    </p>
  );
}

/** What nobody asked for, everywhere or in these rooms only. */
export function Alarms({ rooms: wanted }: { readonly rooms?: ReadonlySet<string> }) {
  const all = useField(overview)?.alarms ?? [];
  const alarms = wanted === undefined ? all : all.filter(({ room }) => wanted.has(room));
  if (alarms.length === 0) return null;
  return (
    <div class="banner is-alarm" role="alert">
      <ul>
        {alarms.slice(0, MOST_ALARMS).map(({ room, text, remedy, sinceWallMs }) => (
          <li key={`${room} ${text}`}>
            <b>{text.includes(room) ? text : `${room}: ${text}`}</b>{" "}
            <span>
              since {writeClockTime(sinceWallMs)}. {remedy}
            </span>
          </li>
        ))}
        {alarms.length > MOST_ALARMS && <li>and {alarms.length - MOST_ALARMS} more</li>}
      </ul>
    </div>
  );
}

const MOST_ALARMS = 5;
