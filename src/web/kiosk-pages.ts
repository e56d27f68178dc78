import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { Kiosk } from "../bridge/kiosks.ts";
import { admitByLink, knockOf } from "./entrance.ts";
import type { PageFiles } from "./page-files.ts";
import type { CheckedSettings } from "./settings.ts";
import { renderNoLink, renderShell } from "./shell.ts";
import type { TokenCheck } from "./token-check.ts";

interface KioskParts {
  readonly settings: CheckedSettings;
  readonly checkToken: TokenCheck;
  readonly source: Pick<ConsoleSource, "language">;
  readonly files: PageFiles;
}

const PATH = "/kiosk";
const MANIFEST_PATH = "/kiosk.webmanifest";

/**
 * The address that a tablet on the wall opens: its key is the login, so that nothing has to be kept by the browser and every
 * start of it leads to the panel. As an app it starts there, too.
 */
export function addKioskPages<Env extends { readonly Bindings: HttpBindings }>(
  app: Hono<Env>,
  parts: KioskParts,
): void {
  const { source, files } = parts;
  app.get(PATH, (asked) => {
    const language = source.language();
    const place = { path: PATH, language };
    const key = asked.req.query("key") ?? "";
    const kiosk = judge(asked, key, parts);
    if (typeof kiosk === "number")
      return kiosk === 403
        ? asked.text("this is no place for that page\n", 403)
        : asked.html(renderNoLink(place), kiosk);
    const manifest = `.${MANIFEST_PATH}?key=${encodeURIComponent(key)}`;
    return asked.html(renderShell(files, { ...place, manifest }), 200, { "cache-control": "no-store" });
  });
  app.get(MANIFEST_PATH, (asked) => {
    const key = asked.req.query("key") ?? "";
    const kiosk = judge(asked, key, parts);
    if (typeof kiosk === "number") return asked.text("there is no such link\n", kiosk);
    return asked.body(JSON.stringify(manifestOf(kiosk, key)), 200, {
      "content-type": "application/manifest+json",
      "cache-control": "no-store",
    });
  });
}

/** The kiosk, or the status with which its page is refused. */
function judge(
  { env }: Pick<Context<{ Bindings: HttpBindings }>, "env">,
  key: string,
  parts: KioskParts,
): Kiosk | 401 | 403 | 429 {
  const admission = admitByLink(knockOf(env.incoming, "reads"), key, parts);
  if (admission.kind === "refused") return 403;
  if (admission.kind === "locked-out") return 429;
  return (admission.kind === "visitor" ? admission.visitor.kiosk : undefined) ?? 401;
}

/** https://www.w3.org/TR/appmanifest/; addresses are relative to that of the manifest. */
function manifestOf({ panel, id }: Kiosk, key: string) {
  return {
    id: `./kiosk-${id}`,
    name: panel,
    short_name: panel,
    start_url: `.${PATH}?key=${encodeURIComponent(key)}`,
    scope: "./",
    display: "fullscreen",
    background_color: "#101317",
    theme_color: "#101317",
    icons: [{ src: "./page/icon.svg", sizes: "any", type: "image/svg+xml" }],
  };
}
