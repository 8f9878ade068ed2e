/** How far the published pages are behind, for those who look after them. */
export type PublishState = {
  /** Pages that are out of date and wait for their turn. */
  waitingCount: number;
  /** Pages that could not be made; readers get their last good bytes. */
  failures: readonly { path: string; reason: string }[];
};
