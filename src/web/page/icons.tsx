/** Drawn, because fonts differ in which signs they have. */
export function FullScreenIcon() {
  return <Icon path="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />;
}

/** An arrow to the left. */
export function BackIcon() {
  return <Icon path="M20 12H5M11 5l-7 7 7 7" />;
}

/** A cross. */
export function CloseIcon() {
  return <Icon path="M5 5l14 14M19 5L5 19" />;
}

function Icon({ path }: { readonly path: string }) {
  return (
    <svg
      aria-hidden="true"
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={path} />
    </svg>
  );
}
