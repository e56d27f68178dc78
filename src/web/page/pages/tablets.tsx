import { useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { ask } from "../connection.tsx";
import { useField } from "../field.ts";
import type { KioskInfo } from "../protocol.ts";
import { QrCode } from "../qr-code.tsx";
import { complaint, devices, readTopic } from "../state.ts";
import { writeMoment } from "../time.tsx";
import { say } from "../words.ts";

const kiosks = readTopic(
  "kiosks",
  undefined as readonly KioskInfo[] | undefined,
  (message) => message.kiosks,
);

/** Links for tablets on the wall: each shows one panel, and ends when it is revoked. */
export function Page() {
  const all = useField(kiosks);
  return (
    <>
      <div class="head">
        <h1>{say("Tablets")}</h1>
      </div>
      <section class="card tablets" aria-label={say("New link")}>
        <h2>{say("New link")}</h2>
        <p class="said">
          {say("A tablet that opens the link shows this one panel and can do nothing else.")}
        </p>
        <NewLink />
      </section>
      <section class="card tablets" aria-label={say("Links")}>
        <h2>{say("Links")}</h2>
        {all === undefined && <p class="waiting">{say("Asking the bridge …")}</p>}
        {all?.length === 0 && <p class="empty">{say("No tablet has a link.")}</p>}
        <ul class="kiosks">
          {all?.map((kiosk) => (
            <Line key={kiosk.id} kiosk={kiosk} />
          ))}
        </ul>
      </section>
    </>
  );
}

function NewLink() {
  const all = useField(devices);
  const [panel, setPanel] = useState("");
  const [mayPress, setMayPress] = useState(true);
  const [link, setLink] = useState("");
  const make = async () => {
    const { isFine, text } = await ask({ type: "kiosk-make", panel, right: mayPress ? "press" : "view" });
    if (isFine) setLink(new URL(`./kiosk?key=${text}`, document.baseURI).href);
    else complaint.set(text);
  };
  if (all === undefined) return <p class="waiting">{say("Asking the bridge …")}</p>;
  return (
    <>
      <div class="new-link">
        <Choice
          label={say("Panel")}
          all={say("Choose a panel")}
          value={panel}
          choose={setPanel}
          options={all.filter(({ face }) => face !== "link").map(({ id }) => id)}
        />
        <label>
          <input
            type="checkbox"
            checked={mayPress}
            onChange={(event) => setMayPress(event.currentTarget.checked)}
          />{" "}
          {say("May press")}
        </label>
        <button type="button" disabled={panel === ""} onClick={() => void make()}>
          {say("Make a link")}
        </button>
      </div>
      {link !== "" && (
        <div class="made" role="status">
          {isOnlyHere(link) ? <LinkForHere link={link} /> : <LinkForTablet link={link} />}
        </div>
      )}
    </>
  );
}

interface LinkProps {
  readonly link: string;
}

function LinkForTablet({ link }: LinkProps) {
  return (
    <>
      <p>
        {say("Open this on the tablet now. It is shown only once:")} <a href={link}>{link}</a>
      </p>
      <p>{say("Or let the tablet's camera read this:")}</p>
      <QrCode text={link} name={say("QR code of the link")} />
    </>
  );
}

/** No tablet can open it: it is there to be tried. */
function LinkForHere({ link }: LinkProps) {
  return (
    <>
      <p class="problem">
        {say(
          "Only this machine can open this link. Open the console at its address in the network, and make the link there.",
        )}
      </p>
      <small>
        <a href={link}>{link}</a>
      </small>
    </>
  );
}

/** Whether the link is to an address that every machine has for itself. */
function isOnlyHere(link: string): boolean {
  return /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(new URL(link).hostname);
}

function Line({ kiosk }: { readonly kiosk: KioskInfo }) {
  const { id, panel, right, madeWallMs } = kiosk;
  const revoke = async () => {
    const { isFine, text } = await ask({ type: "kiosk-revoke", id });
    if (!isFine) complaint.set(text);
  };
  return (
    <li>
      <b>{panel}</b>
      <span class="tag">{right === "press" ? say("May press") : say("Viewing only")}</span>
      <span>
        <code>{id}</code> {say("made {moment}", { moment: writeMoment(madeWallMs) })}
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={say("Revoke the link {id} of {panel}", { id, panel })}
        onClick={() => void revoke()}
      >
        {say("Revoke")}
      </button>
    </li>
  );
}
