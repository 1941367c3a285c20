import '@mantine/core/styles.css'
import './parts/tokens.css'
import './parts/app.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { ApiError } from './api/client'
import { startWords } from './i18n'
import { pageTheme } from './parts/theme'

startWords()
document.documentElement.dataset.theme = pageTheme(location.pathname, undefined)

const client = new QueryClient({
  defaultOptions: {
    // The server may be on this machine or in the LAN: what the browser thinks of the internet does not matter.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only a lost connection or a fault of the server is worth asking again.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
