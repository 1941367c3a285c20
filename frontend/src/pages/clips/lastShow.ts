/** The show that uploads go to unless another is chosen: the one last uploaded to, or made since. Kept per browser. */
const KEPT = 'koutu.show'

export const lastShow = (): string => localStorage.getItem(KEPT) ?? ''

export const keepLastShow = (id: string): void => localStorage.setItem(KEPT, id)
