import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { number } from '#gateway/transports/html/format';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import type { Language } from '#gateway/transports/html/language';
import { Page } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, wrongFields } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';
import { check, fromQueryString, type InputOf } from '#libs/view';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ListProducts, ListProductsQuestion, ProductSort } from './list-products.ts';
import { ProductCards } from './product-cards.part.tsx';
import type { ProductListView } from './product-list.view.ts';

type SearchQuestion = InputOf<typeof ListProductsQuestion>;

/** The search for products, which caches share. */
@ApiExcludeController()
@Controller({ path: 'shop/search', version: VERSION_NEUTRAL })
export class SearchPage {
  constructor(
    private readonly listProducts: ListProducts,
    private readonly pages: PageResponder,
  ) {}

  @Runs(ListProducts)
  @Page({ isShared: true })
  @Get()
  async search(@PageVisit() visit: Visit) {
    const wrong = wrongWords(visit);
    if (wrong) return this.refused(visit, wrong);
    const question = questionOf(visit);
    const found = await this.listProducts.run(visit.context, question);
    const t = shopMessages[visit.language].search;
    return this.pages.whole(visit, {
      name: 'search',
      title: question.search ? t.title(question.search) : t.all,
      description: t.found(number(visit.language, found.total)),
      path: pathOf(question),
      content: (
        <>
          <Refine language={visit.language} question={question} />
          <h2>{t.found(number(visit.language, found.total))}</h2>
          {found.items.length ? (
            <ProductCards language={visit.language} products={found.items} />
          ) : (
            <p class="empty">{t.none}</p>
          )}
          <PageLinks language={visit.language} question={question} found={found} />
        </>
      ),
    });
  }

  private refused(visit: Visit, wrong: FormProblems) {
    visit.isShared = false;
    void visit.reply.status(422);
    const question = check(ListProductsQuestion.schema, {});
    return this.pages.whole(visit, {
      name: 'search',
      title: shopMessages[visit.language].search.all,
      content: (
        <>
          <FormNotice language={visit.language} wrong={wrong} />
          <Refine language={visit.language} question={question} wrong={wrong} />
        </>
      ),
    });
  }
}

/** What is wrong with the words of a search; undefined if they are acceptable. */
function wrongWords({ request, language }: Visit): FormProblems | undefined {
  const { q } = request.query as Record<string, unknown>;
  const checked = ListProductsQuestion.schema.shape.search.safeParse(q);
  if (checked.success || typeof q !== 'string') return undefined;
  const issues = checked.error.issues.map((issue) => ({ ...issue, path: ['q'] }));
  return wrongFields(language, { q }, issues);
}

/** The parameters in the address; others than those of a search are left out. @throws {GatewayError} naming the wrong ones */
function questionOf({ request }: Visit): SearchQuestion {
  const { q, sort, page, category } = request.query as Record<string, unknown>;
  const given = { search: q === '' ? undefined : q, category, sort: sort === '' ? undefined : sort, page };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return check(ListProductsQuestion.schema, fromQueryString(ListProductsQuestion, known));
}

/** The path of a search: the same for the same content, however it was asked for. */
function pathOf({ search, category, sort, page }: SearchQuestion): string {
  const query = new URLSearchParams();
  if (search) query.set('q', search);
  if (category) query.set('category', category);
  if (sort !== 'RELEVANCE') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  return query.size ? `/shop/search?${String(query)}` : '/shop/search';
}

function Refine({
  language,
  question,
  wrong,
}: {
  language: Language;
  question: SearchQuestion;
  wrong?: FormProblems;
}): Html {
  const t = shopMessages[language];
  return (
    <form action="/shop/search" class="form row">
      <Field
        id="words"
        name="q"
        label={t.searchFor}
        wrong={wrong}
        type="search"
        maxlength={200}
        value={question.search}
      />
      {question.category && <input type="hidden" name="category" value={question.category} />}
      <p class="field">
        <label for="sort">{t.search.sort}</label>
        <select id="sort" name="sort">
          {ProductSort.values.map((sort) => (
            <option value={sort} selected={sort === question.sort}>
              {t.search.sorts[sort]}
            </option>
          ))}
        </select>
      </p>
      <button>{t.search.show}</button>
    </form>
  );
}

function PageLinks({
  language,
  question,
  found,
}: {
  language: Language;
  question: SearchQuestion;
  found: ProductListView;
}): Html {
  const t = shopMessages[language].search;
  const { page, totalPages } = found;
  if (totalPages < 2) return <></>;
  return (
    <nav class="pages" aria-label={t.pages}>
      {page > 1 && (
        <a rel="prev" href={pathOf({ ...question, page: page - 1 })}>
          {t.previous}
        </a>
      )}{' '}
      <span>{t.page(number(language, page), number(language, totalPages))}</span>{' '}
      {page < totalPages && (
        <a rel="next" href={pathOf({ ...question, page: page + 1 })}>
          {t.next}
        </a>
      )}
    </nav>
  );
}
