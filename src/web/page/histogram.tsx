import type { HistogramInfo } from "./protocol.ts";

/** How often something took how long, with the times within which half, and 95 in 100, were done. */
export function Histogram({ histogram }: { readonly histogram: HistogramInfo }) {
  const { title, boundsMs, counts } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts);
  const [half, most95] = [boundOf(histogram, 0.5), boundOf(histogram, 0.95)];
  const summary =
    total === 0 ? "nothing measured yet" : `${total} measured; half within ${half}, 95 % within ${most95}`;
  return (
    <figure class="histogram">
      <figcaption>
        <b>{title}</b>
        <span class="summary">{summary}</span>
      </figcaption>
      <div class="bars" role="img" aria-label={`${title}: ${summary}`}>
        {counts.map((count, index) => (
          <span
            class="bar-place"
            key={boundsMs[index] ?? "more"}
            title={`${label(boundsMs[index])}: ${count}`}
          >
            <i class="bar-share" style={{ height: `${(count / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <div class="bounds" aria-hidden="true">
        <span>1 ms</span>
        <span>20</span>
        <span>500 ms</span>
        <span>5 s</span>
      </div>
    </figure>
  );
}

function boundOf({ boundsMs, counts }: HistogramInfo, share: number): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (seen >= total * share) return label(boundsMs[index]);
  }
  return label(undefined);
}

function label(boundMs: number | undefined): string {
  if (boundMs === undefined) return "more than 5 s";
  return boundMs < 1000 ? `${boundMs} ms` : `${boundMs / 1000} s`;
}
