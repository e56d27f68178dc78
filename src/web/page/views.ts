import type { FunctionComponent } from "preact";
import { listPages, type PageName } from "./pages.ts";
import type { PageProps } from "./router.tsx";

/** What draws each page. */
export type Views = Readonly<Record<PageName, FunctionComponent<PageProps>>>;

/** Every page of the table by its name; the build puts the pages themselves in the place of this. */
export async function loadViews(): Promise<Views> {
  const loading = listPages().map(async ({ name }) => [name, (await import(`./pages/${name}.js`)).Page]);
  return Object.fromEntries(await Promise.all(loading)) as Views;
}
