import type { OpenPanel } from "../driver/contract.ts";

/** Controls of the hardware and controls that only exist in a conversation, as one panel; none when there are none. */
export function joinPanels(panels: readonly (OpenPanel | undefined)[]): OpenPanel | undefined {
  const present = panels.filter((panel) => panel !== undefined);
  const [only, ...others] = present;
  if (only === undefined || others.length === 0) return only;
  return {
    controls: present.flatMap(({ controls }) => controls),
    async show(control, frame, signal) {
      const owner = present.find(({ controls }) => controls.some(({ id }) => id === control));
      await owner?.show(control, frame, signal);
    },
    async refresh() {
      for (const panel of present) await panel.refresh?.();
    },
  };
}
