import { MantineProvider } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { createBrowserRouter, Navigate, Outlet, RouterProvider, useLocation } from 'react-router'
import { notLoggedIn, useMe } from './api/session'
import { speak } from './i18n'
import { ClipPage } from './pages/clip/ClipPage'
import { ClipsPage } from './pages/clips/ClipsPage'
import { HomePage } from './pages/home/HomePage'
import { JobsPage } from './pages/jobs/JobsPage'
import { LoginPage } from './pages/login/LoginPage'
import { MissingPage } from './pages/missing/MissingPage'
import { NewReleasePage } from './pages/releases/NewReleasePage'
import { ReleasePage } from './pages/releases/ReleasePage'
import { ReleasesPage } from './pages/releases/ReleasesPage'
import { ShowPage } from './pages/show/ShowPage'
import { TasksPage } from './pages/tasks/TasksPage'
import { Boundary } from './parts/Boundary'
import { Fault } from './parts/Fault'
import { Shell } from './parts/Shell'
import { mantineTheme, ourVariables, pageTheme } from './parts/theme'
import { Toasts } from './parts/toasts'

/** Loaded by the router, not by Suspense: React holds a page back 300 ms after it has shown a fallback. */
const editor = async () => ({ Component: (await import('./pages/editor/EditorPage')).default })

const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <Boundary />,
    children: [
      { path: '/login', element: <LoginPage /> },
      {
        element: <Known />,
        children: [
          { path: '/edit/:shot', lazy: editor, hydrateFallbackElement: <div className="stage-wait" /> },
          {
            element: <Shell />,
            children: [
              { path: '/', element: <HomePage /> },
              { path: '/clips', element: <ClipsPage /> },
              { path: '/clips/:id', element: <ClipPage /> },
              { path: '/shows/:id', element: <ShowPage /> },
              { path: '/tasks', element: <TasksPage /> },
              { path: '/jobs', element: <JobsPage /> },
              { path: '/releases', element: <ReleasesPage /> },
              { path: '/releases/new', element: <NewReleasePage /> },
              { path: '/releases/:id', element: <ReleasePage /> },
              { path: '*', element: <MissingPage /> },
            ],
          },
        ],
      },
    ],
  },
])

export function App() {
  return <RouterProvider router={router} />
}

/** Theme and notes around every page; the person's own language once it is known. */
function Frame() {
  const me = useMe().data
  const theme = pageTheme(useLocation().pathname, me?.theme)
  const language = me?.language
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  useEffect(() => {
    if (language) speak(language)
  }, [language])
  return (
    <MantineProvider theme={mantineTheme} cssVariablesResolver={ourVariables} forceColorScheme={theme}>
      <Outlet />
      <Toasts />
    </MantineProvider>
  )
}

/** Only for people who are logged in; a session that ends on the way leads to the login page and back. */
function Known() {
  const me = useMe()
  const here = useLocation()
  const client = useQueryClient()
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && notLoggedIn(event.query.state.error)) client.setQueryData(['me'], null)
      }),
    [client],
  )
  if (me.data === null) return <Navigate to={`/login?next=${encodeURIComponent(here.pathname + here.search)}`} replace />
  if (me.error && !me.data) {
    return <main className="lone"><div className="card pad"><Fault error={me.error} retry={() => void me.refetch()} /></div></main>
  }
  return me.data ? <Outlet /> : null
}
