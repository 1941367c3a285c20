import { PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useSearchParams } from 'react-router'
import { feed } from '../../api/activity'
import { logIn, useMe, usePreferences } from '../../api/session'
import { Fault } from '../../parts/Fault'
import { takeWish } from '../../i18n'
import { BrandMark } from '../../parts/Icon'
import { LanguageSwitch } from '../../parts/LanguageSwitch'
import { safeNext } from './next'

export function LoginPage() {
  const { t } = useTranslation('login')
  const me = useMe()
  const [search] = useSearchParams()
  useEffect(() => {
    document.title = `${t('title')} · ${t('common:app')}`
  }, [t])
  if (me.data) return <Navigate to={safeNext(search.get('next'))} replace />
  return (
    <main className="lone">
      <div className="card login">
        <div className="row">
          <BrandMark />
          <h1>{t('common:app')}</h1>
          <span className="grow" />
          <LanguageSwitch />
        </div>
        <p className="t2">{t('what')}</p>
        <LoginForm />
        <p className="s12 t3">{t('no_account')}</p>
      </div>
    </main>
  )
}

function LoginForm() {
  const { t } = useTranslation('login')
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const preferences = usePreferences()
  const login = useMutation({
    mutationFn: async () => {
      await logIn(name.trim(), password)
      const language = takeWish()
      if (language) await preferences.mutateAsync({ language })
    },
    onSuccess: () => {
      feed.reset()
      return client.invalidateQueries()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() && password) login.mutate()
  }
  return (
    <form className="col" style={{ gap: 12 }} onSubmit={submit}>
      <TextInput size="sm" label={t('name')} autoComplete="username" value={name} required data-autofocus autoFocus
        onChange={(event) => setName(event.currentTarget.value)} />
      <PasswordInput size="sm" label={t('password')} autoComplete="current-password" value={password} required
        visibilityToggleButtonProps={{ 'aria-label': t('show_password') }}
        onChange={(event) => setPassword(event.currentTarget.value)} />
      {login.error && <Fault error={login.error} />}
      <button type="submit" className="btn pri xl" disabled={login.isPending}>{t('log_in')}</button>
    </form>
  )
}
