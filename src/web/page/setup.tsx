/** The page of the first steps: from nothing to a mapping with which the bridge runs. It stands alone, without the console. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Panels } from "./setup/panels.tsx";
import { Rooms } from "./setup/rooms.tsx";
import { Login, Server } from "./setup/server.tsx";
import type { Setup } from "./setup-messages.ts";
import { after } from "./time.tsx";
import { say } from "./words.ts";

/** What has been found out so far; each step needs the one before. */
function Steps() {
  const [seen, setSeen] = useState<Setup["look"]["answer"]>();
  const [found, setFound] = useState<Setup["login"]["answer"]>();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [offered, setOffered] = useState<Setup["panels"]["answer"]>();
  const [done, setDone] = useState<Setup["write"]["answer"]>();
  const [searches, setSearches] = useState(0);
  if (done !== undefined) return <Done written={done} />;
  const look = (server: Setup["look"]["answer"]) => {
    setSeen(server);
    setFound(undefined);
  };
  const login = (site: Setup["login"]["answer"]) => {
    setFound(site);
    setChosen([]);
  };
  const offer = (panels: Setup["panels"]["answer"]) => {
    setOffered(panels);
    setSearches(searches + 1);
  };
  return (
    <main class="setup">
      <h1>{say("First steps")}</h1>
      <Server seen={seen} found={look} />
      {seen !== undefined && <Login key={`${seen.url} ${seen.fingerprint}`} seen={seen} found={login} />}
      {found !== undefined && <Rooms found={found} chosen={chosen} choose={setChosen} goOn={offer} />}
      {found !== undefined && offered !== undefined && chosen.length > 0 && (
        <Panels
          key={searches}
          site={found.site}
          rooms={found.rooms.filter(({ id }) => chosen.includes(id))}
          offered={offered}
          done={setDone}
        />
      )}
    </main>
  );
}

const OPEN_EVERY_MS = 500;
/** A console that is not there then does not come. */
const PATIENCE_MS = 30_000;

/** The bridge begins, and the console comes at the same address. */
function Done({ written: { file, text, next } }: { readonly written: Setup["write"]["answer"] }) {
  const console = useConsole();
  return (
    <main class="setup">
      <h1>{say("The bridge begins")}</h1>
      <p>{say("{file} is written and fine.", { file })}</p>
      <p role="status">
        {console === "comes" && say("The console opens in a moment.")}
        {console === "is-missing" && say("The console does not open: the terminal says why.")}
        {console === "is-there" && (
          <a class="button" href="./">
            {say("Open the console")}
          </a>
        )}
      </p>
      <h2>{say("To start it with the machine")}</h2>
      <p>{say("It runs as long as the terminal is open. From the command line, and as a service:")}</p>
      <pre>{next.join("\n")}</pre>
      <details>
        <summary>{say("The mapping")}</summary>
        <pre>{text}</pre>
      </details>
    </main>
  );
}

function useConsole(): "comes" | "is-there" | "is-missing" {
  const [state, setState] = useState<"comes" | "is-there" | "is-missing">("comes");
  useEffect(() => {
    let cancel: () => void = () => undefined;
    const sinceMs = performance.now();
    const look = async () => {
      const seen = await fetch("./readyz").catch(() => undefined);
      // The page of the first steps knows no such address.
      if (seen !== undefined && seen.status !== 404) return setState("is-there");
      if (performance.now() - sinceMs > PATIENCE_MS) setState("is-missing");
      cancel = after(OPEN_EVERY_MS, () => void look());
      return undefined;
    };
    void look();
    return () => cancel();
  }, []);
  return state;
}

const root = document.getElementById("console");
if (root !== null) {
  root.replaceChildren();
  render(<Steps />, root);
}
