import type { ApiExample } from '#gateway/declare/api-info';

/** Examples of answers, as the demo gives them: lists are cut to their first element. A test writes and holds them. */
export const ANSWERS: Readonly<Record<string, ApiExample>> = {
  getHome: {
    answer: {
      user: {
        id: 'u1',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        avatarUrl: 'https://images.example.com/avatars/u1.png',
      },
      recentOrders: [
        {
          id: 'o8000',
          status: 'PLACED',
          total: {
            amountMinor: 88493,
            currency: 'USD',
          },
          placedAt: '2025-12-31T23:15:53.000Z',
          lines: [
            {
              productId: 'p813',
              name: 'Nordic Night Light',
              quantity: 3,
              unitPrice: {
                amountMinor: 6499,
                currency: 'USD',
              },
            },
          ],
        },
      ],
      recommendations: [
        {
          id: 'p820',
          name: 'Nordic Scarf',
          description: 'Plain lines and honest material. Pockets where pockets belong.',
          category: 'clothing',
          price: {
            amountMinor: 23499,
            currency: 'USD',
          },
          inStock: true,
          rating: 5,
          imageUrl: 'https://images.example.com/products/p820.jpg',
        },
      ],
      degraded: [],
    },
  },
  getMe: {
    answer: {
      id: 'u1',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      avatarUrl: 'https://images.example.com/avatars/u1.png',
    },
  },
  getOrder: {
    answer: {
      order: {
        id: 'o8000',
        status: 'PLACED',
        total: {
          amountMinor: 88493,
          currency: 'USD',
        },
        placedAt: '2025-12-31T23:15:53.000Z',
        lines: [
          {
            productId: 'p813',
            name: 'Nordic Night Light',
            quantity: 3,
            unitPrice: {
              amountMinor: 6499,
              currency: 'USD',
            },
            product: {
              id: 'p813',
              name: 'Nordic Night Light',
              description: 'Plain lines and honest material. No flicker, no hum.',
              category: 'lighting',
              price: {
                amountMinor: 6499,
                currency: 'USD',
              },
              inStock: true,
              rating: 3.4,
              imageUrl: 'https://images.example.com/products/p813.jpg',
            },
          },
        ],
      },
      degraded: [],
    },
  },
  getProductPage: {
    answer: {
      product: {
        id: 'p1',
        name: 'Classic Soundbar',
        description: 'The one that everybody knows. Sounds as warm as it looks.',
        category: 'audio',
        price: {
          amountMinor: 33999,
          currency: 'USD',
        },
        inStock: true,
        rating: 4.4,
        imageUrl: 'https://images.example.com/products/p1.jpg',
      },
      related: [
        {
          id: 'p721',
          name: 'Travel Headphones',
          description: 'Light enough to forget that you packed it. Sounds as warm as it looks.',
          category: 'audio',
          price: {
            amountMinor: 34499,
            currency: 'USD',
          },
          inStock: true,
          rating: 4.8,
          imageUrl: 'https://images.example.com/products/p721.jpg',
        },
      ],
      reviews: [
        {
          id: 'r1',
          authorName: 'Joy D.',
          rating: 5,
          text: 'My whole family uses it now. After three months it still looks new.',
          writtenAt: '2025-09-15T10:57:10.000Z',
        },
      ],
      degraded: [],
    },
  },
  listOrders: {
    answer: {
      items: [
        {
          id: 'o8000',
          status: 'PLACED',
          total: {
            amountMinor: 88493,
            currency: 'USD',
          },
          placedAt: '2025-12-31T23:15:53.000Z',
          lines: [
            {
              productId: 'p813',
              name: 'Nordic Night Light',
              quantity: 3,
              unitPrice: {
                amountMinor: 6499,
                currency: 'USD',
              },
            },
          ],
        },
      ],
      nextCursor: 'WzEsbnVsbCwxNzY3MjIyOTUzMDAwLCJvODAwMCJd',
      degraded: [],
    },
  },
  listProducts: {
    answer: {
      items: [
        {
          id: 'p1056',
          name: 'Compact Train Set',
          description: 'Half the size, none of the compromise. For ages four to ninety-nine.',
          category: 'toys',
          price: {
            amountMinor: 1499,
            currency: 'USD',
          },
          inStock: true,
          rating: 5,
          imageUrl: 'https://images.example.com/products/p1056.jpg',
        },
      ],
      total: 1200,
      page: 1,
      pageSize: 1,
      totalPages: 1200,
      degraded: [],
    },
  },
  view_web_home: {
    answer: {
      home: {
        user: {
          name: 'Ada Lovelace',
          avatarUrl: 'https://images.example.com/avatars/u1.png',
        },
        recentOrders: [
          {
            id: 'o8000',
            status: 'PLACED',
            placedAt: '2025-12-31T23:15:53.000Z',
            total: {
              amountMinor: 88493,
              currency: 'USD',
            },
            lines: [
              {
                quantity: 3,
                name: 'Nordic Night Light',
                product: {
                  id: 'p813',
                  imageUrl: 'https://images.example.com/products/p813.jpg',
                  inStock: true,
                },
              },
            ],
          },
        ],
        recommendations: [
          {
            id: 'p820',
            name: 'Nordic Scarf',
            imageUrl: 'https://images.example.com/products/p820.jpg',
            price: {
              amountMinor: 23499,
              currency: 'USD',
            },
            rating: 5,
          },
        ],
        degraded: [],
      },
    },
  },
};
