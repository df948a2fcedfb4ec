/** How the figures of the comparison are called that the comparison with the extension has not. */

/** What a process of the authorization server has in memory, resident. */
export const WORKER_MEMORY = "memory of a worker";
