import { useEffect, useRef, useState } from "preact/hooks";
import { watch } from "../connection.tsx";
import { useField } from "../field.ts";
import { FullScreenIcon } from "../icons.tsx";
import { columnsOf, PanelView } from "../panel-view.tsx";
import type { DeviceInfo, LinkLine, RoomInfo } from "../protocol.ts";
import { Technical } from "../reason.tsx";
import { Badge } from "../room-facts.tsx";
import { Link } from "../router.tsx";
import { devices, roomLabels, rooms, talkOf } from "../state.ts";
import { useNow, writeAge, writeClockTime } from "../time.tsx";
import { say, translate } from "../words.ts";

/** Every device as it is, by its room. */
export function Page() {
  const all = useField(devices);
  const [wanted, setWanted] = useState("");
  if (all === undefined)
    return (
      <>
        <h1>{say("Panels")}</h1>
        <p class="waiting">{say("Asking the bridge …")}</p>
      </>
    );
  const shown = all.filter(({ id, kind, productName, rooms: its }) =>
    [id, kind, productName, ...its].join(" ").toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <>
      <div class="head">
        <h1>{say("Panels")}</h1>
        {all.length > 6 && (
          <input
            type="search"
            class="search"
            placeholder={say("Find a device or a room")}
            aria-label={say("Find a device or a room")}
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </div>
      {all.length === 0 && <p class="empty">{say("The mapping names no devices yet.")}</p>}
      {all.length > 0 && shown.length === 0 && <p class="empty">{say("No device fits.")}</p>}
      <Missing devices={shown.filter(({ state }) => state === "lost")} />
      <Groups shown={shown.filter(({ state, face }) => state === "open" || face === "panel")} />
    </>
  );
}

/** One line each: what is not there, and what to do. */
function Missing({ devices: missing }: { readonly devices: readonly DeviceInfo[] }) {
  const nowMs = useNow(1000);
  const labels = useField(roomLabels);
  if (missing.length === 0) return null;
  const count = missing.length;
  return (
    <section class="card missing" aria-labelledby="missing">
      <h2 id="missing">
        {count === 1 ? say("1 device is not there") : say("{count} devices are not there", { count })}
      </h2>
      <ul>
        {missing.map(({ id, kind, rooms: its, why, remedy, sinceAtMs }) => (
          <li key={id}>
            <b>{id}</b>
            <span class="what">
              {[kind, ...its.slice(0, 2).map((room) => labels.get(room) ?? room)].join(" · ")}
            </span>
            <span>
              {translate(remedy)} <Technical text={why} />
            </span>
            <span class="age" aria-hidden="true">
              {writeAge(nowMs - sinceAtMs)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Group {
  readonly title: string;
  readonly room: RoomInfo | undefined;
  readonly devices: readonly DeviceInfo[];
}

function Groups({ shown }: { readonly shown: readonly DeviceInfo[] }) {
  const all = useField(rooms);
  return (
    <div class="room-groups">
      {groupsOf(shown, all).map(({ title, room, devices: its }) => (
        <section
          key={title}
          class="room-group"
          aria-label={title}
          style={{ "--columns": its.reduce((sum, device) => sum + widthOf(device), 0) }}
        >
          <h2>
            {title} {room !== undefined && <Badge room={room} />}
          </h2>
          <div class="panels">
            {its.map((device) => (
              <DeviceCard key={device.id} device={device} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

/** Panels of several rooms first, then room by room, and at last what serves all of them. */
function groupsOf(shown: readonly DeviceInfo[], all: readonly RoomInfo[]): readonly Group[] {
  const several = shown.filter(({ rooms: its }) => its.length > 1);
  const none = shown.filter(({ rooms: its }) => its.length === 0);
  const byRoom = all.map((room) => ({
    title: room.label,
    room,
    devices: shown.filter(({ rooms: its }) => its.length === 1 && its[0] === room.name),
  }));
  return [
    { title: say("Several rooms"), room: undefined, devices: several },
    ...byRoom,
    { title: say("All rooms"), room: undefined, devices: none },
  ].filter(({ devices: its }) => its.length > 0);
}

/** In keys with pictures; words take half as much again. */
function widthOf({ controls }: DeviceInfo): number {
  const keys = controls.filter(({ area }) => area === "keys");
  const perColumn = keys.every(({ output }) => output === "image") ? 1 : 1.5;
  return Math.max(4, perColumn * columnsOf(keys));
}

function DeviceCard({ device }: { readonly device: DeviceInfo }) {
  const card = useRef<HTMLElement>(null);
  useWatchWhileVisible(device.id, card);
  return (
    <section
      ref={card}
      class="card device"
      data-state={device.state}
      data-device={device.id}
      style={{ "--columns": widthOf(device) }}
      aria-label={`${device.id}, ${device.kind}`}
    >
      <header>
        <h3>{device.id}</h3>
        <p class="product">{device.state === "open" ? device.productName : device.kind}</p>
        {device.state === "lost" && <p class="tag">{say("Not there.")}</p>}
        {device.state === "opening" && <p class="tag">{say("Being opened …")}</p>}
        {device.face === "panel" && (
          <Link
            to={`/panel/${encodeURIComponent(device.id)}`}
            className="quiet"
            label={say("{name}, full screen", { name: device.id })}
          >
            <FullScreenIcon />
          </Link>
        )}
      </header>
      {device.face === "panel" && <PanelView device={device} />}
      <Talk device={device} />
    </section>
  );
}

/** What was asked for last on a link, in words; the messages themselves on demand. Nothing for devices without a link. */
function Talk({ device }: { readonly device: DeviceInfo }) {
  const talk = useField(talkOf(device.id));
  if (talk === undefined)
    return device.face === "link" ? <p class="empty">{say("Asking the bridge …")}</p> : null;
  const { lines, understood } = talk;
  if (device.face !== "link" && lines.length === 0) return null;
  return (
    <div class="talk">
      {understood === undefined ? (
        <p>{say("Nothing was asked for yet.")}</p>
      ) : (
        <p>
          <time>{writeClockTime(understood.wallMs)}</time> {understood.does}:{" "}
          <b>{understood.outcome === "" ? "…" : understood.outcome}</b>
        </p>
      )}
      {lines.length > 0 && <Lines device={device.id} lines={lines} />}
    </div>
  );
}

function Lines({ device, lines }: { readonly device: string; readonly lines: readonly LinkLine[] }) {
  return (
    <details>
      <summary>{say("Messages")}</summary>
      <ol class="lines" aria-label={say("Last messages of {name}", { name: device })}>
        {lines.slice(-8).map((line, index) => (
          <li key={`${line.wallMs} ${index}`} data-direction={line.direction}>
            <time>{writeClockTime(line.wallMs)}</time>
            <span class="direction">{line.direction === "in" ? `→ ${say("in")}` : `← ${say("out")}`}</span>
            <code title={line.peer}>{line.text}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Pictures come only for panels that can be seen. */
function useWatchWhileVisible(device: string, element: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    let stop: (() => void) | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) stop ??= watch(device);
        else {
          stop?.();
          stop = undefined;
        }
      },
      { rootMargin: "200px" },
    );
    if (element.current !== null) observer.observe(element.current);
    return () => {
      observer.disconnect();
      stop?.();
    };
  }, [device, element]);
}
