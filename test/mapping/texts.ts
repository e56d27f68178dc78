/** A sound mapping around the devices given; the first device stands on line 5. */
export function withDevices(devices: string, others = ""): string {
  return `{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { "interview-1": 4, "interview-2": { "id": 5 } },${others}
  "devices": {
${devices}
  }
}`;
}

/** A sound mapping of one panel with these controls. */
export const withControls = (controls: string) =>
  withDevices(
    `    "desk": { "kind": "test-panel", "room": "interview-1", "controls": {\n${controls}\n    } }`,
  );
