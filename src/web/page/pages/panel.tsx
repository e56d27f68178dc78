import { useEffect, useMemo, useRef } from "preact/hooks";
import { touch, watch } from "../connection.tsx";
import { tellGesture } from "../control-words.ts";
import { useField } from "../field.ts";
import { BackIcon, FullScreenIcon } from "../icons.tsx";
import { NotThere, PanelView } from "../panel-view.tsx";
import type { DeviceInfo } from "../protocol.ts";
import type { PageProps } from "../router.tsx";
import { Link } from "../router.tsx";
import { bindingsOf, devices, greeting, untoldBindings } from "../state.ts";
import { after } from "../time.tsx";
import { Alarms } from "../top-bar.tsx";
import { say } from "../words.ts";

/** One panel alone on the screen, for a tablet on the wall. */
export function Page({ part: id }: PageProps) {
  const all = useField(devices);
  useEffect(() => watch(id), [id]);
  useWakeLock();
  const device = all?.find((one) => one.id === id);
  const hello = useField(greeting);
  return (
    <main class="one-panel" data-device={id} data-state={device?.state}>
      <h1 class="for-readers">{say("Panel {name}", { name: id })}</h1>
      <nav class="corner" aria-label={say("Leave this panel")}>
        {hello !== undefined && hello.kiosk === undefined && (
          <Link to="/" className="quiet" label={say("All panels")}>
            <BackIcon />
          </Link>
        )}
        <button
          type="button"
          class="quiet"
          aria-label={say("Full screen")}
          onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}
        >
          <FullScreenIcon />
        </button>
      </nav>
      {hello?.mayPress === false && (
        <p class="viewing-only" role="status">
          {say("Viewing only: presses here do nothing")}
        </p>
      )}
      {all === undefined && <p class="waiting">{say("Asking the bridge …")}</p>}
      {all !== undefined && device === undefined && (
        <p class="empty">{say("The mapping has no device “{name}”.", { name: id })}</p>
      )}
      {device !== undefined && device.state !== "open" && <NotThere device={device} />}
      <PanelAlarms device={id} />
      {device !== undefined && <PanelView device={device} />}
      {device !== undefined && <Actions device={device} />}
    </main>
  );
}

/** Those of the rooms that the panel is for. */
function PanelAlarms({ device }: { readonly device: string }) {
  const bindings = useField(bindingsOf(device));
  const rooms = useMemo(() => new Set(bindings.flatMap(({ room }) => room ?? [])), [bindings]);
  return <Alarms rooms={rooms} />;
}

/** Everything that the panel can do as plain buttons: for aids that can neither hold a key nor tap it twice. */
function Actions({ device }: { readonly device: DeviceInfo }) {
  const bindings = useField(bindingsOf(device.id));
  const mayPress = useField(greeting)?.mayPress === true;
  const bound = bindings.filter(({ gestures }) => gestures.length > 0);
  if (!mayPress || device.state !== "open" || device.controls.length === 0) return null;
  if (bindings === untoldBindings) return <p class="waiting">{say("Asking what it does …")}</p>;
  if (bound.length === 0) return null;
  return (
    <details class="actions">
      <summary>{say("Everything it does, as a list")}</summary>
      <ul>
        {bound.flatMap(({ control, gestures, holdMs }) =>
          gestures.map(({ gesture, does }) => (
            <li key={`${control} ${gesture}`}>
              <button type="button" onClick={() => pretend(device.id, control, { gesture, holdMs })}>
                {does}{" "}
                <small>
                  ({control}, {tellGesture(gesture)})
                </small>
              </button>
            </li>
          )),
        )}
      </ul>
    </details>
  );
}

interface Pretence {
  readonly gesture: string;
  readonly holdMs: number;
}

const PAUSE_MS = 60;

function pretend(device: string, control: string, { gesture, holdMs }: Pretence): void {
  const press = (forMs: number) => {
    touch(device, control, { kind: "down" });
    after(forMs, () => touch(device, control, { kind: "up" }));
  };
  if (gesture.startsWith("turn"))
    touch(device, control, { kind: "turned", detents: gesture === "turn-left" ? -1 : 1 });
  else if (gesture === "swipe-left" || gesture === "swipe-right")
    touch(device, control, { kind: "touched", how: gesture });
  else if (gesture === "hold") press(holdMs + 200);
  else {
    press(PAUSE_MS);
    if (gesture === "double-tap") after(2 * PAUSE_MS, () => press(PAUSE_MS));
  }
}

/** A panel on the wall stays lit as long as it is shown. */
function useWakeLock(): void {
  const lock = useRef<WakeLockSentinel | undefined>(undefined);
  useEffect(() => {
    const take = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      lock.current = await navigator.wakeLock.request("screen").catch(() => undefined);
    };
    void take();
    document.addEventListener("visibilitychange", take);
    return () => {
      document.removeEventListener("visibilitychange", take);
      void lock.current?.release();
    };
  }, []);
}
