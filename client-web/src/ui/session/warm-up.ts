// Fetches the parts of the room that are shown later, once the room itself is there.
export const WARM_UP_AFTER_MS = 3000;

export async function warmUp(): Promise<void> {
  await Promise.allSettled([
    import('../parts/MenuList.svelte'),
    import('./RoomSheets.svelte'),
    import('./LeadSheet.svelte'),
    import('./FacilitatorBar.svelte'),
    import('./Script.svelte'),
    import('./MoreTime.svelte'),
    import('./Votes.svelte'),
    import('./SelectionBar.svelte'),
    import('./PromisesPanel.svelte'),
    import('./Summary.svelte'),
    import('./WorthQuestion.svelte'),
    import('./Parked.svelte'),
    import('./ParkedStrip.svelte'),
    import('../kinds/DecisionParts.svelte'),
    import('./Feedback.svelte'),
    import('../kinds/LinkSheet.svelte'),
    import('../kinds/PublishSheet.svelte'),
    import('../deal/DealSide.svelte'),
  ]);
}
