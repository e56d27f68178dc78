import { useEffect, useState } from "preact/hooks";
import { askEditor } from "./ask-editor.ts";
import { Choice } from "./choice.tsx";
import { type EditedFile, type Edits, PREVIEWED, type Previewed } from "./editing.ts";
import { PanelView } from "./panel-view.tsx";
import { showPicture } from "./pictures.ts";
import type { DeviceInfo } from "./protocol.ts";
import { tellStatus } from "./room-words.ts";
import { lampOf } from "./state.ts";
import { say, translate } from "./words.ts";

type Drawn = Edits["preview"]["answer"];

/** A name that no device can have: what is drawn is no device. */
const PICTURED = "preview ";

/** A panel as it will look, drawn by the bridge from the edited text; `files` are others when it changed. */
export function Preview({
  devices,
  files,
}: {
  readonly devices: readonly string[];
  readonly files: readonly EditedFile[] | undefined;
}) {
  const [chosen, setChosen] = useState("");
  const [status, setStatus] = useState<Previewed>("available");
  const [drawn, setDrawn] = useState<{ readonly device: string; readonly panel: Drawn }>();
  const [note, setNote] = useState("");
  useEffect(() => {
    if (chosen === "" || files === undefined) return undefined;
    let isOld = false;
    void askEditor("preview", { files, device: chosen, status }).then((answer) => {
      if (isOld) return;
      setNote("failure" in answer ? translate(answer.failure) : "");
      if ("failure" in answer) return;
      const device = `${PICTURED}${chosen}`;
      for (const lamp of answer.lamps) lampOf(device, lamp.control).set({ ...lamp, device });
      for (const { control, png } of answer.pictures) showPicture(device, control, bytesOf(png));
      setDrawn({ device: chosen, panel: answer });
    });
    return () => {
      isOld = true;
    };
  }, [chosen, status, files]);
  const panel = drawn?.device === chosen ? drawn.panel : undefined;
  return (
    <section class="card preview" aria-label={say("Preview")}>
      <header>
        <h2>{say("Preview")}</h2>
        <Choice
          label={say("Panel in the preview")}
          all={say("Choose a device")}
          value={chosen}
          choose={setChosen}
          options={devices}
        />
        <select
          aria-label={say("State of the rooms in the preview")}
          value={status}
          onChange={({ currentTarget }) => setStatus(currentTarget.value as Previewed)}
        >
          {PREVIEWED.map((one) => (
            <option key={one} value={one}>
              {one === "unknown" ? say("Not known") : tellStatus(one)}
            </option>
          ))}
        </select>
      </header>
      <p class="said" role="status">
        {note}
      </p>
      {panel !== undefined && <PanelView key={chosen} device={pictured(chosen, panel)} isPicture />}
    </section>
  );
}

function pictured(device: string, { controls }: Drawn): DeviceInfo {
  return {
    id: `${PICTURED}${device}`,
    kind: "",
    rooms: [],
    state: "open",
    productName: "",
    why: "",
    remedy: "",
    sinceAtMs: 0,
    face: "panel",
    controls,
    dropped: {},
    subscribers: 0,
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
