import { useEffect } from "preact/hooks";
import { followWhileShown } from "./connection.tsx";
import { useField } from "./field.ts";
import { findPage, usePath } from "./router.tsx";
import { complaint, contact } from "./state.ts";
import { after } from "./time.tsx";
import { Alarms, LostBanner, ServerBanner, TopBar } from "./top-bar.tsx";
import type { Views } from "./views.ts";
import { say, translate } from "./words.ts";

/** The console: one bar, one page; a page may have the whole screen. */
export function App({ views }: { readonly views: Views }) {
  const path = usePath();
  const { state } = useField(contact);
  const { page, part } = findPage(path);
  const Page = views[page.name];
  const title = part === "" ? translate(page.title) : part;
  useEffect(() => {
    document.title = `${title} · VALT panel bridge`;
  }, [title]);
  useEffect(() => followWhileShown(page.topics), [page.topics]);
  if (page.place === "alone")
    return (
      <div class="alone" data-contact={state}>
        <LostBanner />
        <ServerBanner />
        <Page part={part} />
        <Complaint />
      </div>
    );
  return (
    <div class="frame" data-contact={state}>
      <a class="skip" href={`${location.pathname}#content`}>
        {say("Skip to the content")}
      </a>
      <TopBar path={path} />
      <LostBanner />
      <Alarms />
      <ServerBanner />
      <main id="content" tabIndex={-1}>
        <Page key={page.name} part={part} />
      </main>
      <Complaint />
    </div>
  );
}

/** What was asked in vain, for a moment. */
function Complaint() {
  const text = useField(complaint);
  useEffect(() => (text === "" ? undefined : after(5000, () => complaint.set(""))), [text]);
  return (
    <p class="complaint" role="status" hidden={text === ""}>
      {translate(text)}
    </p>
  );
}
