import { useEffect, useState } from "preact/hooks";
import { Choice } from "./choice.tsx";
import { ask } from "./connection.tsx";
import { tellMeaning } from "./control-words.ts";
import { Copy } from "./copy.tsx";
import { useField } from "./field.ts";
import { Lesson } from "./lesson.tsx";
import type { BindingInfo, PageBindings } from "./protocol.ts";
import { complaint, devices, greeting, roomLabels } from "./state.ts";
import { say } from "./words.ts";

/** What every control of a device means, on all of its pages, ready to be copied; and what the device reports. */
export function Controls({ version }: { readonly version: string }) {
  const all = useField(devices);
  const mayPress = useField(greeting)?.mayPress === true;
  const [chosen, setChosen] = useState("");
  const device = all?.find(({ id }) => id === chosen);
  return (
    <section class="card learn" aria-label={say("Controls")}>
      <header>
        <h2>{say("Controls")}</h2>
        {all === undefined ? (
          <p class="waiting">{say("Asking the bridge …")}</p>
        ) : (
          <Choice
            label={say("Controls of")}
            all={say("Choose a device")}
            value={chosen}
            choose={setChosen}
            options={all.map(({ id }) => id)}
          />
        )}
      </header>
      {mayPress && device !== undefined && (
        // What has no place on a panel is pressed by messages.
        <Lesson
          key={chosen}
          device={chosen}
          hasLink={device.controls.every(({ area }) => area === "nowhere")}
        />
      )}
      {device !== undefined && (
        <Pages
          key={chosen}
          device={chosen}
          version={`${version} ${device.state} ${device.controls.length}`}
        />
      )}
    </section>
  );
}

/** All pages of a panel, whichever it shows now; asked for again with each version of the mapping and of the device. */
function Pages({ device, version }: { readonly device: string; readonly version: string }) {
  const [pages, setPages] = useState<readonly PageBindings[] | undefined>(undefined);
  useEffect(() => {
    let isWanted = version !== "";
    void ask({ type: "pages", device }).then(({ isFine, text }) => {
      if (!isWanted) return;
      if (isFine) setPages(JSON.parse(text) as readonly PageBindings[]);
      else complaint.set(text);
    });
    return () => {
      isWanted = false;
    };
  }, [device, version]);
  if (pages === undefined) return <p class="waiting">{say("Asking the bridge …")}</p>;
  if (pages.length === 0)
    return <p class="empty">{say("The controls of {device} are known once it is there.", { device })}</p>;
  const bound = pages.filter(({ bindings }) => bindings.length > 0);
  if (bound.length === 0) return <p class="empty">{say("Nothing is bound on {device}.", { device })}</p>;
  return (
    <>
      {bound.map(({ page, label, bindings }) => (
        <section key={page} class="mapped-page" aria-label={tellPage(page, label)}>
          {pages.length > 1 && <h3>{tellPage(page, label)}</h3>}
          <ul class="bindings">
            {bindings.map((binding) => (
              <Binding key={binding.control} binding={binding} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function tellPage(page: string, label: string): string {
  return page === "first" ? say("First page") : say("Page {page}", { page: label });
}

function Binding({ binding }: { readonly binding: BindingInfo }) {
  const { control, snippet } = binding;
  const labels = useField(roomLabels);
  return (
    <li>
      <b>{control}</b>
      <span>{tellMeaning(binding, labels).join("; ")}</span>
      <code>{snippet}</code>
      <Copy text={snippet} label={say("Copy the binding of {control}", { control })} />
    </li>
  );
}
