import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = `http://127.0.0.1:${process.env.PORT ?? '8000'}`

export default defineConfig({
  base: '/static/',
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': server, '/_allauth': server, '/admin': server } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
