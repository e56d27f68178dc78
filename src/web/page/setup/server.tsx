import { useState } from "preact/hooks";
import type { Setup } from "../setup-messages.ts";
import { say } from "../words.ts";
import { Note, useAsking } from "./asking.tsx";

type Seen = Setup["look"]["answer"];
type Found = Setup["login"]["answer"];

/** Where the server is, and what its certificate says. */
export function Server({ seen, found }: { readonly seen: Seen | undefined; found(seen: Seen): void }) {
  const [address, setAddress] = useState("");
  const { note, isBusy, send } = useAsking();
  const look = async (event: Event) => {
    event.preventDefault();
    const answer = await send("look", { address });
    if (answer !== undefined) found(answer);
  };
  return (
    <form class="card" onSubmit={(event) => void look(event)} aria-label={say("VALT server")}>
      <h2>{say("VALT server")}</h2>
      <label>
        {say("Address, such as valt.example.com")}
        <input
          value={address}
          required
          autocomplete="off"
          onInput={({ currentTarget }) => setAddress(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={isBusy}>
        {say("Look for it")}
      </button>
      <Note text={seen === undefined || note !== "" ? note : describe(seen)} />
    </form>
  );
}

function describe({ url, trust }: Seen): string {
  return trust === "trusted" ? say("{url}: its certificate is trusted.", { url }) : url;
}

/** The account, once it is clear who is asked. */
export function Login({ seen, found }: { readonly seen: Seen; found(site: Found): void }) {
  const [username, setUsername] = useState("panel-bridge");
  const [password, setPassword] = useState("");
  const [isTrusted, setTrusted] = useState(false);
  const [told, setTold] = useState("");
  const { note, isBusy, send } = useAsking();
  const { url, fingerprint } = seen;
  const login = async (event: Event) => {
    event.preventDefault();
    const answer = await send("login", { url, fingerprint, isTrusted, username, password });
    if (answer === undefined) return;
    const { version, rooms } = answer;
    setTold(say("VALT {version}, rooms: {count}", { version: version || "?", count: rooms.length }));
    found(answer);
  };
  return (
    <form class="card" onSubmit={(event) => void login(event)} aria-label={say("Account")}>
      <h2>{say("Account")}</h2>
      <Doubt seen={seen} isTrusted={isTrusted} trust={setTrusted} />
      <label>
        {say("Account of the VALT API")}
        <input
          value={username}
          required
          autocomplete="off"
          onInput={({ currentTarget }) => setUsername(currentTarget.value)}
        />
      </label>
      <label>
        {say("Password")}
        <input
          type="password"
          value={password}
          required
          autocomplete="off"
          onInput={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={isBusy}>
        {say("Log in")}
      </button>
      <Note text={note === "" ? told : note} />
    </form>
  );
}

interface DoubtProps {
  readonly seen: Seen;
  readonly isTrusted: boolean;
  trust(isTrusted: boolean): void;
}

/** What somebody has to confirm before the password is sent there. */
function Doubt({ seen: { trust: how, fingerprint, objection }, isTrusted, trust }: DoubtProps) {
  if (how === "trusted" || how === "this-machine") return null;
  const isUnknown = how === "untrusted";
  return (
    <>
      {isUnknown && (
        <p>
          {say("This machine does not trust the server's certificate ({why}). Its fingerprint is", {
            why: objection,
          })}{" "}
          <code class="fingerprint">{fingerprint}</code>
        </p>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={isTrusted}
          required
          onChange={({ currentTarget }) => trust(currentTarget.checked)}
        />
        {isUnknown
          ? say("I have compared it with the one on the server: they are equal.")
          : say("Without TLS everybody on the network can read the password. Use it all the same.")}
      </label>
    </>
  );
}
