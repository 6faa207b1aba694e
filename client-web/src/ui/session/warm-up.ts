// Fetches the parts of the room that are shown later, once the room itself is there.
export const WARM_UP_AFTER_MS = 3000;

export async function warmUp(): Promise<void> {
  await Promise.allSettled([
    import('../parts/MenuList.svelte'),
    import('./RoomSheets.svelte'),
    import('./LeadSheet.svelte'),
    import('./Summary.svelte'),
    import('./Feedback.svelte'),
    import('../kinds/LinkSheet.svelte'),
    import('../kinds/PublishSheet.svelte'),
    import('../deal/DealSide.svelte'),
  ]);
}
