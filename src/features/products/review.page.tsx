import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { body, parseFields, wholeView } from '#libs/view';
import { Controller, Get, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { GetProductPage } from './get-product-page.ts';
import { productPath } from './product-cards.part.tsx';
import { ProductPageView } from './product-page.view.ts';
import { WriteReview, WriteReviewBody } from './write-review.ts';

const MAX_RATING = 5;
const NAME = parseFields('product.name', wholeView(ProductPageView));

/** What a visitor says of a product. */
const ReviewForm = body('ReviewForm', {
  rating: z.string().trim().min(1).pipe(z.coerce.number<string>().int().min(1).max(MAX_RATING)),
  text: WriteReviewBody.schema.shape.text,
});

/** The form for the visitor's review of a product. */
@ApiExcludeController()
@Controller({ path: 'shop/products/:id/review', version: VERSION_NEUTRAL })
export class ReviewPage {
  constructor(
    private readonly getProductPage: GetProductPage,
    private readonly writeReview: WriteReview,
    private readonly pages: PageResponder,
  ) {}

  @Scopes('reviews:write')
  @Limited({ cost: 2 })
  @Page()
  @Get()
  form(@PageVisit() visit: Visit, @Param('id') id: string) {
    return this.show(visit, id);
  }

  @Runs(WriteReview)
  @PageForm()
  @Post()
  async write(
    @PageVisit() visit: Visit,
    @Param('id') productId: string,
    @Submitted(ReviewForm, 'rating', 'text') form: SubmittedForm<typeof ReviewForm>,
  ) {
    if (form.wrong) return this.show(visit, productId, form.wrong);
    const { writtenAt } = await this.writeReview.run(visit.context, { productId, ...form.values });
    // An address of its own: the browser may keep the page of the product as it was.
    void visit.reply.header('location', `${productPath(productId)}?reviewed=${Date.parse(writtenAt)}`);
    return undefined;
  }

  private async show(visit: Visit, id: string, wrong?: FormProblems) {
    const t = shopMessages[visit.language].review;
    const { product } = await this.getProductPage.run(visit.context, id, NAME);
    return this.pages.whole(visit, {
      name: 'review',
      title: t.title(product.name),
      content: (
        <>
          <FormNotice language={visit.language} wrong={wrong} />
          <form method="post" action={`${productPath(id)}/review`} class="form">
            <input type="hidden" name="csrf" value={visit.formToken} />
            <Field name="rating" label={t.rating} wrong={wrong} type="number" min={1} max={MAX_RATING} required />
            <Field name="text" label={t.text} wrong={wrong} rows="6" maxlength={2_000} required />
            <button>{t.send}</button>
            <p class="quiet">{t.note}</p>
          </form>
          <p>
            <a href={productPath(id)}>{product.name}</a>
          </p>
        </>
      ),
    });
  }
}
