/** What the pages read, by one name each: `useX` with the key that changes clear. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, ApiError, data, type Schemas } from './client'

export type Clip = Schemas['Clip']
export type Show = Schemas['Show']
export type Shot = Schemas['Shot']
export type Task = Schemas['Task']
export type Release = Schemas['Release']
export type Ledger = Schemas['Ledger']
export type Preview = Schemas['Preview']
export type CutChange = Schemas['CutChange']

export const useHome = () => useQuery({ queryKey: ['home'], queryFn: () => data(api.GET('/api/home')) })

export const useShows = (deleted = false) =>
  useQuery({
    queryKey: ['shows', { deleted }],
    queryFn: () => data(api.GET('/api/shows', { params: { query: { deleted } } })),
    // That a watched place fell silent is no act of anybody, so no feed tells of it.
    refetchInterval: ({ state }) => (state.data?.some((show) => show.watched.places > 0) ? 15_000 : false),
  })

export const useShow = (id: string) =>
  useQuery({ queryKey: ['show', id], queryFn: () => data(api.GET('/api/shows/{id}', { params: { path: { id } } })) })

/** Rights of a show, and its people with what they agreed to. */
export const useLedger = (id: string) =>
  useQuery({
    queryKey: ['show', id, 'rights'],
    queryFn: () => data(api.GET('/api/shows/{id}/rights', { params: { path: { id } } })),
  })

export const useTouched = (id: string) =>
  useQuery({
    queryKey: ['show', id, 'touched'],
    queryFn: () => data(api.GET('/api/shows/{id}/touched', { params: { path: { id } } })),
  })

/** How the clips of a project are read. */
export const useReading = (project: string) =>
  useQuery({
    queryKey: ['reading', project],
    queryFn: () => data(api.GET('/api/projects/{id}/reading', { params: { path: { id: project } } })),
    enabled: project !== '',
  })

/** Room on the server and under the quota of a project's organisation. */
export const useRoom = (project: string) =>
  useQuery({
    queryKey: ['room', project],
    queryFn: () => data(api.GET('/api/uploads/room', { params: { query: { project } } })),
    enabled: project !== '',
    // Others fill it too: whoever opens a dialog sees what is left now.
    refetchOnMount: 'always',
  })

export const useClips = (deleted = false) =>
  useQuery({
    queryKey: ['clips', { deleted }],
    queryFn: () => data(api.GET('/api/clips', { params: { query: { deleted } } })),
  })

export const useClip = (id: string) =>
  useQuery({ queryKey: ['clip', id], queryFn: () => data(api.GET('/api/clips/{id}', { params: { path: { id } } })) })

export const useShots = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['clip', id, 'shots'],
    queryFn: () => data(api.GET('/api/clips/{id}/shots', { params: { path: { id } } })),
    enabled,
  })

export const useCuts = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['clip', id, 'cuts'],
    queryFn: () => data(api.GET('/api/clips/{id}/cuts', { params: { path: { id } } })),
    enabled,
  })

/** What was noticed about a clip, and the areas in which nobody is judged; asked again until the clip was looked at. */
export const useSurvey = (id: string) =>
  useQuery({
    queryKey: ['clip', id, 'survey'],
    queryFn: () => data(api.GET('/api/clips/{id}/survey', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.ready ? false : 5_000),
  })

/** When each frame is shown in the clip's film; null while that is not made. */
export const useFrameMap = (id: string) =>
  useQuery({
    queryKey: ['clip', id, 'map'],
    queryFn: () =>
      data(api.GET('/api/clips/{id}/proxy/map', { params: { path: { id } } })).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }),
    refetchInterval: ({ state }) => (state.data === null ? 4000 : false),
  })

export const useDuplicates = (id: string) =>
  useQuery({
    queryKey: ['clip', id, 'duplicates'],
    queryFn: () => data(api.GET('/api/clips/{id}/duplicates', { params: { path: { id } } })),
  })

export const useTasks = (clip?: string) =>
  useQuery({
    queryKey: ['tasks', { clip }],
    queryFn: () => data(api.GET('/api/tasks', { params: { query: clip ? { clip } : {} } })),
  })

/** The task to do next, or null when nothing waits. */
export const useNextTask = () =>
  useQuery({
    queryKey: ['tasks', 'next'],
    queryFn: async (): Promise<Task | null> => (await data(api.GET('/api/tasks/next'))) ?? null,
  })

export const useReleases = (deleted = false) =>
  useQuery({
    queryKey: ['releases', { deleted }],
    queryFn: () => data(api.GET('/api/releases', { params: { query: { deleted } } })),
  })

export const useRelease = (id: string) =>
  useQuery({
    queryKey: ['releases', id],
    queryFn: () => data(api.GET('/api/releases/{id}', { params: { path: { id } } })),
  })

export const usePreview = (body: Schemas['WantedRequest'] | null) =>
  useQuery({
    queryKey: ['releases', 'preview', body],
    queryFn: () => data(api.POST('/api/releases/preview', { body: body! })),
    enabled: body !== null,
    placeholderData: (before) => before,
  })

export type JobState = Schemas['JobStateEnum']

/** Jobs, newest first, page by page. */
export const useJobs = (state?: JobState) =>
  useInfiniteQuery({
    queryKey: ['jobs', { state }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      data(api.GET('/api/jobs', { params: { query: { state, cursor: pageParam } } })),
    getNextPageParam: (last) => cursorOf(last.next),
  })

export const useJob = (id: string, enabled: boolean) =>
  useQuery({ queryKey: ['jobs', id], queryFn: () => data(api.GET('/api/jobs/{id}', { params: { path: { id } } })), enabled })

/** The cursor inside the address of the next page. */
export function cursorOf(next: string | null | undefined): string | undefined {
  return next ? (new URL(next, 'http://here').searchParams.get('cursor') ?? undefined) : undefined
}
