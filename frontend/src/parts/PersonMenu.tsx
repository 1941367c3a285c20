import { Menu } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { feed } from '../api/activity'
import { logOut, useMe, usePreferences } from '../api/session'
import { Icon } from './Icon'

export function PersonMenu() {
  const { t } = useTranslation()
  const me = useMe().data
  const preferences = usePreferences()
  const client = useQueryClient()
  const navigate = useNavigate()
  if (!me) return null
  const name = me.name || me.username
  const dark = me.theme === 'dark'
  const leave = async () => {
    await logOut()
    feed.reset()
    client.clear()
    client.setQueryData(['me'], null)
    void navigate('/login')
  }
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="btn bare avatar-btn" aria-label={t('person_menu', { name })}>
          <span className="avatar" aria-hidden="true">{[...name][0]?.toUpperCase()}</span>
          <span className="s12 t2">{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{[me.organisation?.name, me.role && t(`role.${me.role}`)].filter(Boolean).join(' · ')}</Menu.Label>
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={dark}
          closeMenuOnClick={false}
          rightSection={dark ? <Icon name="check" /> : null}
          onClick={() => preferences.mutate({ theme: dark ? 'page' : 'dark' })}
        >
          {t('dark_everywhere')}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t('log_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
