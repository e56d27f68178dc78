import { useEffect } from "preact/hooks";
import { ActivityPage } from "./activity-page.tsx";
import { useField } from "./field.ts";
import { HealthPage } from "./health-page.tsx";
import { MappingPage } from "./mapping-page.tsx";
import { PanelPage } from "./panel-page.tsx";
import { PanelsPage } from "./panels-page.tsx";
import { RoomsPage } from "./rooms-page.tsx";
import { usePath } from "./route.tsx";
import { SimulatorPage } from "./simulator-page.tsx";
import { complaint, hearing } from "./state.ts";
import { after } from "./time.tsx";
import { Alarms, LostBanner, TopBar } from "./top-bar.tsx";

const PAGES: Readonly<Record<string, { readonly title: string; readonly Page: () => preact.JSX.Element }>> = {
  "/": { title: "Panels", Page: PanelsPage },
  "/rooms": { title: "Rooms", Page: RoomsPage },
  "/activity": { title: "Activity", Page: ActivityPage },
  "/mapping": { title: "Mapping", Page: MappingPage },
  "/health": { title: "Health", Page: HealthPage },
  "/simulator": { title: "Simulator", Page: SimulatorPage },
};

/** The console: one bar, one page; a panel on its own has the whole screen. */
export function App() {
  const path = usePath();
  const { state } = useField(hearing);
  const panel = /^\/panel\/([^/]+)$/.exec(path)?.[1];
  const { title, Page } = PAGES[path] ?? { title: "Panels", Page: PanelsPage };
  useEffect(() => {
    document.title = `${panel === undefined ? title : decodeURIComponent(panel)} · VALT panel bridge`;
  }, [title, panel]);
  if (panel !== undefined)
    return (
      <div class="alone" data-hearing={state}>
        <LostBanner />
        <PanelPage device={decodeURIComponent(panel)} />
        <Complaint />
      </div>
    );
  return (
    <div class="frame" data-hearing={state}>
      <a class="skip" href={`${location.pathname}#content`}>
        Skip to the content
      </a>
      <TopBar path={path} />
      <LostBanner />
      <Alarms />
      <main id="content" tabIndex={-1}>
        <Page />
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
      {text}
    </p>
  );
}
