/** The plot's own style: it has a page of its own, so that it can be read on whatever page it is shown. */
export const PLOT_STYLE = `
    svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --grid: #e3e7ec; --axis: #9aa4af; --s0: #0b62c4; --s1: #b3480c; --s2: #0f7a6c; --s3: #7a3fb5; }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --ink: #f0f3f6; --soft: #9ca5af; --grid: #252b33; --axis: #5b6570; --s0: #62a8ff; --s1: #f59a5c; --s2: #45c9b4; --s3: #c297f5; }
    }
    text { font: 13px -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: var(--ink); }
    .page { fill: var(--page); }
    .title { font-size: 19px; font-weight: 600; }
    .subtitle, .tick, .axis-name, .measure, .note { fill: var(--soft); }
    .tick, .value { font-size: 12px; font-variant-numeric: tabular-nums; }
    .value { stroke: var(--page); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
    .note { font-size: 12px; }
    .middle { text-anchor: middle; }
    .end { text-anchor: end; }
    .grid { stroke: var(--grid); }
    .axis { stroke: var(--axis); }
    .proportional { stroke: var(--axis); stroke-dasharray: 2 5; stroke-width: 1.5px; stroke-linecap: round; }
    .line { fill: none; stroke-width: 2.5px; stroke-linejoin: round; stroke-linecap: round; }
    .point { stroke: var(--page); stroke-width: 2px; }
    .name { font-weight: 600; }
    .line.s0 { stroke: var(--s0); } .point.s0, .name.s0 { fill: var(--s0); }
    .line.s1 { stroke: var(--s1); } .point.s1, .name.s1 { fill: var(--s1); }
    .line.s2 { stroke: var(--s2); } .point.s2, .name.s2 { fill: var(--s2); }
    .line.s3 { stroke: var(--s3); } .point.s3, .name.s3 { fill: var(--s3); }
  `;
