import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = `http://127.0.0.1:${process.env.PORT ?? '8000'}`

export default defineConfig({
  base: '/static/',
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 900 },
  // The network that answers clicks lies with the others, and its worker loads the runtime when it is needed.
  worker: { format: 'es' },
  server: { fs: { allow: ['.', '../models/weights'] }, proxy: { '/api': server, '/_allauth': server, '/admin': server } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
