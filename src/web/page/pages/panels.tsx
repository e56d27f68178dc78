import { useEffect, useRef, useState } from "preact/hooks";
import { watch } from "../connection.tsx";
import { useField } from "../field.ts";
import { FullScreenIcon } from "../icons.tsx";
import { columnsOf, NotThere, PanelView } from "../panel-view.tsx";
import type { DeviceInfo } from "../protocol.ts";
import { Link } from "../router.tsx";
import { devices, linesOf } from "../state.ts";
import { writeClockTime } from "../time.tsx";

/** Every device as it is in the room. */
export function Page() {
  const all = useField(devices);
  const [wanted, setWanted] = useState("");
  if (all === undefined) return <p class="waiting">Asking the bridge …</p>;
  const shown = all.filter(({ id, kind, productName }) =>
    `${id} ${kind} ${productName}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <>
      <div class="head">
        <h1>Panels</h1>
        {all.length > 6 && (
          <input
            type="search"
            class="search"
            placeholder="Find a device"
            aria-label="Find a device"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </div>
      {all.length === 0 && <p class="empty">The mapping names no devices yet.</p>}
      <div class="panels">
        {shown.map((device) => (
          <DeviceCard key={device.id} device={device} />
        ))}
      </div>
    </>
  );
}

function DeviceCard({ device }: { readonly device: DeviceInfo }) {
  const card = useRef<HTMLElement>(null);
  useWatchWhileVisible(device.id, card);
  const keys = device.controls.filter(({ area }) => area === "keys");
  return (
    <section
      ref={card}
      class="card device"
      data-state={device.state}
      data-device={device.id}
      style={{ "--columns": Math.max(4, columnsOf(keys)) }}
      aria-label={`${device.id}, ${device.kind}`}
    >
      <header>
        <h2>{device.id}</h2>
        <p class="product">{device.state === "open" ? device.productName : device.kind}</p>
        {device.face === "panel" && (
          <Link
            to={`/panel/${encodeURIComponent(device.id)}`}
            className="quiet"
            label={`${device.id}, full screen`}
          >
            <FullScreenIcon />
          </Link>
        )}
      </header>
      {device.state !== "open" && <NotThere device={device} />}
      {device.face === "panel" && <PanelView device={device} />}
      <Lines device={device} />
    </section>
  );
}

/** The last lines of a link; nothing for devices without one. */
function Lines({ device }: { readonly device: DeviceInfo }) {
  const lines = useField(linesOf(device.id));
  if (device.face !== "link" && lines.length === 0) return null;
  if (lines.length === 0) return device.state === "open" ? <p class="empty">Nothing was said yet.</p> : null;
  return (
    <ol class="lines" aria-label={`Last lines of ${device.id}`}>
      {lines.slice(-8).map((line, index) => (
        <li key={`${line.wallMs} ${index}`} data-direction={line.direction}>
          <time>{writeClockTime(line.wallMs)}</time>
          <span class="direction">{line.direction === "in" ? "→ in" : "← out"}</span>
          <code title={line.peer}>{line.text}</code>
        </li>
      ))}
    </ol>
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
