/** How often what was asked for was remembered, since the start of the process. */
export class CacheTally {
  hits = 0;
  misses = 0;
}
