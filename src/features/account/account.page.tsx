import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { body } from '#libs/view';
import { Controller, Get, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { GetMe } from './get-me.ts';
import { UpdateProfile, UpdateProfileInput } from './update-profile.ts';

/** What a visitor can change. */
const ProfileForm = body('ProfileForm', { name: UpdateProfileInput.schema.shape.name.unwrap() });

/** The visitor's account. */
@ApiExcludeController()
@Controller({ path: 'shop/account', version: VERSION_NEUTRAL })
export class AccountPage {
  constructor(
    private readonly getMe: GetMe,
    private readonly updateProfile: UpdateProfile,
    private readonly pages: PageResponder,
  ) {}

  @Runs(GetMe)
  @Page()
  @Get()
  account(@PageVisit() visit: Visit) {
    return this.show(visit);
  }

  @Runs(UpdateProfile)
  @PageForm()
  @Post()
  async change(
    @PageVisit() visit: Visit,
    @Submitted(ProfileForm, 'name') form: SubmittedForm<typeof ProfileForm>,
  ) {
    if (form.wrong) return this.show(visit, form.wrong);
    await this.updateProfile.run(visit.context, form.values);
    void visit.reply.header('location', '/shop/account?saved');
    return undefined;
  }

  private async show(visit: Visit, wrong?: FormProblems) {
    const t = shopMessages[visit.language];
    const { name, email } = await this.getMe.run(visit.context);
    const isSaved = Object.hasOwn(visit.request.query as object, 'saved');
    return this.pages.whole(visit, {
      name: 'account',
      title: t.account.title,
      content: (
        <>
          {isSaved && (
            <p class="notice good" role="status">
              {t.account.saved}
            </p>
          )}
          <FormNotice language={visit.language} wrong={wrong} />
          <form method="post" action="/shop/account" class="form">
            <input type="hidden" name="csrf" value={visit.formToken} />
            <Field
              name="name"
              label={t.account.name}
              wrong={wrong}
              value={name}
              autocomplete="name"
              maxlength={100}
              required
            />
            <dl class="facts">
              <dt>{t.account.email}</dt>
              <dd>{email}</dd>
            </dl>
            <button>{t.account.save}</button>
          </form>
          <p>
            <a href="/shop/orders">{t.order.all}</a>
          </p>
          <form method="post" action="/shop/logout">
            <input type="hidden" name="csrf" value={visit.browserToken} />
            <button class="plain">{t.nav.logout}</button>
          </form>
        </>
      ),
    });
  }
}
